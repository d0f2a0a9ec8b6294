"""Spring, in Java and in Kotlin: one request followed through filters, Spring Security and Spring MVC or WebFlux.

https://docs.spring.io/spring-framework/reference/web/webmvc-cors.html and
https://docs.spring.io/spring-security/reference/servlet/integrations/cors.html ; what decides was read in their source.
"""
