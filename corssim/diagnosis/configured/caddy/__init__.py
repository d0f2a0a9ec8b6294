"""Caddyfiles, followed request by request."""
