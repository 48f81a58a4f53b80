"""The only room that knows the image API: `client.ImaRouter` is its door, `fields` its vocabulary."""
