"""The HTTP door: versioned, problem+json, one API key one pool (reference: http-api)."""
