"""The operations of the API, one file per noun, each a pure function from a call to an answer."""
