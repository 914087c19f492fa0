"""Client of the Cloud Manager API: synchronous, thread safe, and free of httpx until the first request is sent."""
