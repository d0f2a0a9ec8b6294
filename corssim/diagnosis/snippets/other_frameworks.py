"""Express, Spring and ASP.NET Core."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .model import Snippet
from .quoting import arguments, array, quoted

if TYPE_CHECKING:
    from .model import ServerChange


def express(change: ServerChange) -> Snippet:
    """https://expressjs.com/en/resources/middleware/cors.html"""
    # A list, because a lone string is sent to every origin.
    options = [f"origin: {array([change.allow_origin])}", f"methods: {array(change.all_methods)}"]
    if change.headers:
        options.append(f"allowedHeaders: {array(change.headers)}")
    if change.allow_credentials:
        options.append("credentials: true")
    if change.expose:
        options.append(f"exposedHeaders: {array(change.expose)}")
    if change.max_age is not None:
        options.append(f"maxAge: {change.max_age}")
    lines = "".join(f"    {option},\n" for option in options)
    text = f'import cors from "cors";\n\napp.use(\n  cors({{\n{lines}  }}),\n);\n'
    note = "npm install cors. Above the routes and above what checks the sign-in, so that it answers preflights."
    return Snippet("express", "Express: cors", "javascript", text, note)


def spring(change: ServerChange) -> Snippet:
    """https://docs.spring.io/spring-framework/reference/web/webmvc-cors.html"""
    calls = [
        f"setAllowedOrigins(List.of({quoted(change.allow_origin)}))",
        f"setAllowedMethods(List.of({arguments(change.all_methods)}))",
    ]
    if change.headers:
        calls.append(f"setAllowedHeaders(List.of({arguments(change.headers)}))")
    if change.allow_credentials:
        calls.append("setAllowCredentials(true)")
    if change.expose:
        calls.append(f"setExposedHeaders(List.of({arguments(change.expose)}))")
    if change.max_age is not None:
        calls.append(f"setMaxAge({change.max_age}L)")
    settings = "".join(f"        cors.{call};\n" for call in calls)
    text = (
        "import java.util.List;\n"
        "import org.springframework.context.annotation.Bean;\n"
        "import org.springframework.context.annotation.Configuration;\n"
        "import org.springframework.web.cors.CorsConfiguration;\n"
        "import org.springframework.web.cors.UrlBasedCorsConfigurationSource;\n"
        "import org.springframework.web.filter.CorsFilter;\n"
        "\n"
        "@Configuration\n"
        "class CorsSettings {\n"
        "    @Bean\n"
        "    CorsFilter corsFilter() {\n"
        "        CorsConfiguration cors = new CorsConfiguration();\n"
        f"{settings}"
        "        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();\n"
        '        source.registerCorsConfiguration("/**", cors);\n'
        "        return new CorsFilter(source);\n"
        "    }\n"
        "}\n"
    )
    note = (
        "For Spring MVC. With Spring Security add .cors(Customizer.withDefaults()) to the HttpSecurity: it takes this "
        "bean by its name, and then answers preflights before it asks for a sign-in. A method or header that is not "
        "listed is answered 403."
    )
    return Snippet("spring", "Spring: CorsFilter bean", "java", text, note)


def aspnet(change: ServerChange) -> Snippet:
    """https://learn.microsoft.com/aspnet/core/security/cors"""
    calls = [f".WithOrigins({quoted(change.allow_origin)})", f".WithMethods({arguments(change.all_methods)})"]
    if change.headers:
        calls.append(f".WithHeaders({arguments(change.headers)})")
    if change.allow_credentials:
        calls.append(".AllowCredentials()")
    if change.expose:
        calls.append(f".WithExposedHeaders({arguments(change.expose)})")
    if change.max_age is not None:
        calls.append(f".SetPreflightMaxAge(TimeSpan.FromSeconds({change.max_age}))")
    chain = "\n".join(f"        {call}" for call in calls)
    text = (
        "builder.Services.AddCors(options =>\n"
        "{\n"
        '    options.AddPolicy("Pages", policy => policy\n'
        f"{chain});\n"
        "});\n"
        "\n"
        "// After UseRouting, before UseAuthentication and UseAuthorization.\n"
        'app.UseCors("Pages");\n'
    )
    note = "In Program.cs: the first statement above builder.Build(), the second below it."
    return Snippet("aspnet", "ASP.NET Core", "csharp", text, note)
