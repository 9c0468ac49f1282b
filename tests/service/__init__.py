"""The service, over a real server, a real database and a real repository."""
