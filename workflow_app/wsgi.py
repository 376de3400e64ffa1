"""The application object for web servers and for `flask --app workflow_app.wsgi`."""

from workflow_app.factory import create_app

app = create_app()
