"""Tables, columns and the schema revision."""
