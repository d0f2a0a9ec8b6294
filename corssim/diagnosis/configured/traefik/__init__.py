"""Traefik's settings, followed request by request."""
