"""The SQLite file itself: connection, version, migrations, packing."""
