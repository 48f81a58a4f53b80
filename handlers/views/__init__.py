"""The form and the Home."""
