"""What the app does, independent of Slack and of the database: domain, ports, services, and the adapters for
the image API and for picture files."""
