"""The real bot against a simulated workspace and a simulated image API."""
