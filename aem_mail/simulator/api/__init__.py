"""The API: a request becomes a call, the call finds its route, the answer gets its form."""
