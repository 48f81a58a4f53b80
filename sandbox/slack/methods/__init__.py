"""The Web API methods, one family a file; `table` joins them."""
