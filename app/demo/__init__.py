"""The real bot against a simulated workspace and a simulated image API; the only room that imports them."""
