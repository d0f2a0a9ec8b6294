"""ASP.NET Core's CORS middleware, Web API 2 and OWIN, followed as they follow a request.

https://learn.microsoft.com/aspnet/core/security/cors
"""
