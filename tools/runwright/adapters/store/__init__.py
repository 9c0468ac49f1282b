"""The service's SQL store: telemetry, analyses, access, on SQLite or another database, through SQLAlchemy."""
