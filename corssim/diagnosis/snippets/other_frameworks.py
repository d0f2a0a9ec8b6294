"""Spring and ASP.NET Core, Laravel, Symfony and plain PHP, and Rails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .model import USUAL_METHODS, Snippet, in_capitals, listed_headers, no_age_of_zero, one_list, without_star
from .quoting import arguments, array, quoted

if TYPE_CHECKING:
    from .model import ServerChange


def spring(change: ServerChange) -> Snippet:
    """https://docs.spring.io/spring-framework/reference/web/webmvc-cors.html"""
    if change.parts_origins:
        configurations = (
            _spring_calls(change.with_credentials_alone(), "trusted")
            + _spring_calls(change.public_alone(), "everybody")
            + f"        // Not List.of: a request without Origin asks for null.\n"
            f"        List<String> origins = Arrays.asList({arguments(change.allow_origins)});\n"
            "        return new CorsFilter(\n"
            '            request -> origins.contains(request.getHeader("Origin")) ? trusted : everybody);\n'
        )
    else:
        configurations = (
            f"{_spring_calls(change, 'cors')}"
            "        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();\n"
            '        source.registerCorsConfiguration("/**", cors);\n'
            "        return new CorsFilter(source);\n"
        )
    text = (
        f"{'import java.util.Arrays;' + chr(10) if change.parts_origins else ''}"
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
        f"{configurations}"
        "    }\n"
        "}\n"
    )
    note = (
        "For Spring MVC. With Spring Security add .cors(Customizer.withDefaults()) to the HttpSecurity: it takes this "
        "bean by its name, and then answers preflights before it asks for a sign-in. A method or header that is not "
        "listed is answered 403."
    )
    if change.replaces:
        note += " What @CrossOrigin or addCorsMappings set today goes: one place answers."
    return Snippet("spring", "Spring: CorsFilter bean", "java", text, note)


def _spring_calls(change: ServerChange, name: str) -> str:
    origins = '"*"' if change.any_origin else arguments(change.named_origins)
    calls = [f"setAllowedOrigins(List.of({origins}))", f"setAllowedMethods(List.of({arguments(change.all_methods)}))"]
    if headers := listed_headers(change):
        calls.append(f"setAllowedHeaders(List.of({arguments(headers)}))")
    if change.allow_credentials:
        calls.append("setAllowCredentials(true)")
    if change.expose:
        calls.append(f"setExposedHeaders(List.of({arguments(change.expose)}))")
    if change.max_age is not None:
        calls.append(f"setMaxAge({change.max_age}L)")
    made = f"        CorsConfiguration {name} = new CorsConfiguration();\n"
    return made + "".join(f"        {name}.{call};\n" for call in calls)


def aspnet(change: ServerChange) -> Snippet:
    """https://learn.microsoft.com/aspnet/core/security/cors

    https://learn.microsoft.com/aspnet/core/fundamentals/middleware/#branch-the-middleware-pipeline
    """
    if change.parts_origins:
        policies = _aspnet_policy("Trusted", change.with_credentials_alone())
        policies += _aspnet_policy("Others", change.public_alone())
        use = (
            f"string[] trusted = [{arguments(change.allow_origins)}];\n"
            "bool IsTrusted(HttpContext context) => trusted.Contains(context.Request.Headers.Origin.ToString());\n"
            'app.UseWhen(IsTrusted, branch => branch.UseCors("Trusted"));\n'
            'app.UseWhen(context => !IsTrusted(context), branch => branch.UseCors("Others"));\n'
        )
    else:
        policies, use = _aspnet_policy("Pages", change), 'app.UseCors("Pages");\n'
    text = (
        "builder.Services.AddCors(options =>\n"
        "{\n"
        f"{policies}"
        "});\n"
        "\n"
        "// After UseRouting, before UseAuthentication and UseAuthorization.\n"
        f"{use}"
    )
    note = "In Program.cs: the first statement above builder.Build(), what follows below it."
    return Snippet("aspnet", "ASP.NET Core", "csharp", text, note)


def _aspnet_policy(name: str, of: ServerChange) -> str:
    calls = [
        ".AllowAnyOrigin()" if of.any_origin else f".WithOrigins({arguments(of.named_origins)})",
        ".AllowAnyMethod()" if of.all_methods == ("*",) else f".WithMethods({arguments(of.all_methods)})",
    ]
    if headers := listed_headers(of):
        calls.append(".AllowAnyHeader()" if "*" in headers else f".WithHeaders({arguments(headers)})")
    if of.allow_credentials:
        calls.append(".AllowCredentials()")
    if of.expose:
        calls.append(f".WithExposedHeaders({arguments(of.expose)})")
    if of.max_age is not None:
        calls.append(f".SetPreflightMaxAge(TimeSpan.FromSeconds({of.max_age}))")
    chain = "\n".join(f"        {call}" for call in calls)
    return f'    options.AddPolicy("{name}", policy => policy\n{chain});\n'


def laravel(change: ServerChange) -> Snippet:
    """https://laravel.com/docs/routing#cors

    https://github.com/fruitcake/php-cors/blob/main/src/CorsService.php
    """
    shown, narrower = one_list(change, "config/cors.php")
    rows = {
        "paths": "['api/*', 'sanctum/csrf-cookie']" if shown.allow_credentials else "['api/*']",
        "allowed_methods": _php(shown.all_methods),
        "allowed_origins": "['*']" if shown.any_origin else _php(shown.named_origins),
        "allowed_origins_patterns": _php(tuple(f"#{each}#" for each in shown.origin_patterns if "#" not in each)),
        "allowed_headers": _php(listed_headers(shown)),
        "exposed_headers": _php(shown.expose),
        "max_age": "null" if shown.max_age is None else str(shown.max_age),
        "supports_credentials": "true" if shown.allow_credentials else "false",
    }
    text = "<?php\n\nreturn [\n" + "".join(f"    '{name}' => {value},\n" for name, value in rows.items()) + "];\n"
    note = (
        "config/cors.php (php artisan config:publish cors makes it); `paths` has to match the path of the request. "
        "Then php artisan config:clear." + in_capitals(shown, "Laravel")
    )
    return Snippet("laravel", "Laravel: config/cors.php", "php", text, narrower + note)


def _php(names: tuple[str, ...]) -> str:
    return "[" + ", ".join(_php_text(name) for name in names) + "]"


def _php_text(text: str) -> str:
    return "'" + text.replace("'", "\\'") + "'"


def symfony(change: ServerChange) -> Snippet:
    """https://symfony.com/bundles/NelmioCorsBundle/current/index.html

    https://github.com/nelmio/NelmioCorsBundle/blob/master/EventListener/CorsListener.php
    """
    shown, narrower = one_list(change, "NelmioCorsBundle")
    methods = dict.fromkeys((*(without_star(shown.all_methods) or USUAL_METHODS), "OPTIONS"))
    rows = [
        f"        allow_origin: {'[' + quoted('*') + ']' if shown.any_origin else array(shown.named_origins)}",
        f"        allow_methods: {array(methods)}",
        f"        allow_headers: {array(listed_headers(shown))}",
        f"        expose_headers: {array(shown.expose)}",
        f"        allow_credentials: {'true' if shown.allow_credentials else 'false'}",
        *([] if shown.max_age is None else [f"        max_age: {shown.max_age}"]),
    ]
    # A percent sign begins a parameter.
    text = "nelmio_cors:\n    defaults:\n" + "\n".join(rows).replace("%", "%%") + "\n    paths:\n        '^/': null\n"
    note = "composer require nelmio/cors-bundle; config/packages/nelmio_cors.yaml."
    note += no_age_of_zero(shown, "NelmioCorsBundle")
    return Snippet("symfony", "Symfony: NelmioCorsBundle", "yaml", text, narrower + note)


def php(change: ServerChange) -> Snippet:
    """https://www.php.net/manual/function.header.php"""
    lines = ["<?php"]
    if change.is_for_anybody:
        lines.append("header('Access-Control-Allow-Origin: *');")
    else:
        lines += [
            f"$origins = {_php(change.named_origins)};",
            "$origin = $_SERVER['HTTP_ORIGIN'] ?? '';",
            "header('Vary: Origin', false);",
        ]
        allowed = "$allowed = in_array($origin, $origins, true) ? $origin : "
        lines.append(allowed + ("'*';" if change.any_origin else "null;"))
        indent, closing = "", []
        if not change.any_origin:
            lines.append("if ($allowed !== null) {")
            indent, closing = "    ", ["}"]
        lines.append(f"{indent}header('Access-Control-Allow-Origin: ' . $allowed);")
        if change.parts_origins:
            lines += [
                f"{indent}if (in_array($origin, {_php(change.allow_origins)}, true)) {{",
                f"{indent}    header('Access-Control-Allow-Credentials: true');",
                f"{indent}}}",
            ]
        elif change.allow_credentials:
            lines.append(f"{indent}header('Access-Control-Allow-Credentials: true');")
        lines += closing
    if change.expose:
        lines.append(f"header({_php_text('Access-Control-Expose-Headers: ' + ', '.join(change.expose))});")
    lines.append(
        "if ($_SERVER['REQUEST_METHOD'] === 'OPTIONS' && isset($_SERVER['HTTP_ACCESS_CONTROL_REQUEST_METHOD'])) {"
    )
    lines.append(f"    header({_php_text('Access-Control-Allow-Methods: ' + ', '.join(change.all_methods))});")
    if change.headers:
        lines.append(f"    header({_php_text('Access-Control-Allow-Headers: ' + ', '.join(change.headers))});")
    if change.max_age is not None:
        lines.append(f"    header('Access-Control-Max-Age: {change.max_age}');")
    lines += ["    http_response_code(204);", "    exit;", "}"]
    note = "At the top of each script that answers, before any output and before the sign-in is checked."
    return Snippet("php", "PHP", "php", "\n".join(lines) + "\n", note)


def rails(change: ServerChange) -> Snippet:
    """https://github.com/cyu/rack-cors/blob/master/lib/rack/cors/resource.rb"""

    def allow(of: ServerChange) -> str:
        origins = '"*"' if of.any_origin else arguments(of.named_origins)
        methods = dict.fromkeys((*of.all_methods, "OPTIONS"))
        # It looks for the method in lower-case letters, and answers it in capitals.
        lower = [method.lower() for method in methods]
        names = ", ".join(f":{method}" if method.isalpha() else _ruby(quoted(method)) for method in lower)
        options = [f"methods: [{names}]"]
        if of.all_methods == ("*",):
            options = ["methods: :any"]
        headers = listed_headers(of)
        if headers:
            options.append("headers: :any" if "*" in headers else f"headers: {_ruby(array(headers))}")
        if of.allow_credentials:
            options.append("credentials: true")
        if of.expose:
            options.append(f"expose: {_ruby(array(of.expose))}")
        if of.max_age is not None:
            options.append(f"max_age: {of.max_age}")
        inner = ",\n      ".join(options)
        return f'  allow do\n    origins {origins}\n    resource "*",\n      {inner}\n  end\n'

    # The first block whose origins match answers.
    parts = [change.with_credentials_alone(), change.public_alone()] if change.parts_origins else [change]
    text = "Rails.application.config.middleware.insert_before 0, Rack::Cors do\n" + "".join(map(allow, parts)) + "end\n"
    note = 'config/initializers/cors.rb, with gem "rack-cors" in the Gemfile; restart the server.'
    note += in_capitals(change, "rack-cors")
    if change.max_age is None:
        note += " Without max_age it has preflights kept for 7200 seconds."
    return Snippet("rails", "Rails: rack-cors", "ruby", text, note)


def _ruby(text: str) -> str:
    """What stands between quotes: `#$name` in it is the value of a variable."""
    return text.replace("#", "\\#")
