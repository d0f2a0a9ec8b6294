"""Envoy and what is made of it: Istio and the Gateway API, followed route by route."""
