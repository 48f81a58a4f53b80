"""Cards, forms and lists about money."""
