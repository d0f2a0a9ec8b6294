"""HAProxy's configurations, followed request by request."""
