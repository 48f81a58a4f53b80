"""The image API. Others use `client.ImaRouter`; `fields` has every name that the API uses."""
