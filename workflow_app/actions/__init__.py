"""What people and the clock do, one verb a file, each the one transaction of its act."""
