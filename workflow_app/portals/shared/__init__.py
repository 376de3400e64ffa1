"""What every wing uses: guards, errors, session, assets, words, pagination, the ledger page. It knows no audience."""
