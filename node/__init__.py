"""The cooperative's application: accounts, village features, web pages and the API."""
