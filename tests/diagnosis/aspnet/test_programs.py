"""Programs of ASP.NET Core, OWIN and Web API 2: which policy counts, and what stands before it in the pipeline."""

from __future__ import annotations

import sys

import pytest

from corssim.diagnosis.configured.judge import mistakes_of
from corssim.diagnosis.configured.read import read_configuration
from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

GET, PUT, WITH, JSON = "GET", "PUT", "with credentials", "POST of JSON"
READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
WHOLE = """var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
builder.Services.AddCors(o => {{
    o.AddPolicy("p", b => b.WithOrigins("https://app.example").AllowAnyMethod());
    {more}
}});
var app = builder.Build();
{pipeline}
app.Run();
{classes}"""


def whole(pipeline: str, classes: str = "", more: str = "") -> str:
    return WHOLE.format(pipeline=pipeline, classes=classes, more=more)


STARTUP = """public class Startup
{{
    readonly string Name = "p";
    public void ConfigureServices(IServiceCollection services)
    {{
        services.AddCors(o => o.AddPolicy(Name, b => b.WithOrigins("https://app.example").AllowAnyMethod()));
    }}
    public void Configure(IApplicationBuilder app, IWebHostEnvironment env) {{ {pipeline} }}
}}"""


def startup(pipeline: str) -> str:
    return STARTUP.format(pipeline=pipeline)


CONTROLLER = (
    '[ApiController] [Route("api/[controller]")] {at}\npublic class ItemsController : ControllerBase {{ [HttpGet] '
    '{get}public string Get() => ""; [HttpPut("{{id}}")] {put}public string Put(int id) => ""; }}'
)
MARKED = CONTROLLER.format(at='[EnableCors("p")]', get="", put="")
WHEN = 'app.UseWhen(c => c.Request.Path.StartsWithSegments("{path}"), a => a.UseCors("p"));'
BEFORE = 'app.Use(async (context, next) => {{ {does} await next(); }});\napp.UseCors("p");\napp.MapControllers();'
FRAMES = 'context.Response.Headers["X-Frame-Options"] = "DENY";'
OPTIONS = 'if (context.Request.Method == "OPTIONS") { context.Response.StatusCode = 200; return; }'
KEYS = 'if (!keys.Contains(context.Request.Headers["X-Key"])) { context.Response.StatusCode = 401; return; }'
BY_HAND = """app.Use(async (ctx, next) =>
{
    ctx.Response.Headers.Append("Access-Control-Allow-Origin", "https://app.example");
    if (HttpMethods.IsOptions(ctx.Request.Method))
    {
        ctx.Response.Headers["Access-Control-Allow-Methods"] = "PUT";
        ctx.Response.StatusCode = StatusCodes.Status204NoContent;
        return;
    }
    await next();
});"""
ALLOW = """public class Allow
{
    private readonly RequestDelegate _next;
    public Allow(RequestDelegate next) { _next = next; }
    public async Task InvokeAsync(HttpContext c)
    {
        c.Response.Headers["Access-Control-Allow-Origin"] = "*";
        if (c.Request.Method == HttpMethods.Options) { c.Response.StatusCode = 204; return; }
        await _next(c);
    }
}"""
OWIN = """var policy = new CorsPolicy { AllowAnyHeader = true, Methods = { "PUT" } };
policy.Origins.Add("https://app.example");
app.UseCors(new CorsOptions
{
    PolicyProvider = new CorsPolicyProvider { PolicyResolver = context => Task.FromResult(policy) }
});"""
ALL = 'o.AddPolicy("q", b => b.AllowAnyOrigin());'
NO_OPTIONS = """var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
var app = builder.Build();
app.UseCors();
app.UseCors(p => p.AllowAnyOrigin());
app.Run();"""
ITEMS = "/api/items"
CASES: dict[str, tuple[str, dict[tuple[str, str, str], str | None]]] = {
    "the name of a policy": (
        whole('app.UseCors("p"); app.MapControllers();'),
        {(PUT, "/x", APP): READABLE, (WITH, "/x", APP): BLOCKED, (GET, "/x", OTHER): BLOCKED},
    ),
    "a name that no policy has": (
        whole('app.UseCors("P"); app.MapControllers();'), {(GET, "/x", APP): BLOCKED, (PUT, "/x", APP): BLOCKED},
    ),
    "no default policy": (whole("app.UseCors(); app.MapControllers();"), {(GET, "/x", APP): BLOCKED}),
    "a policy that is the default by its name": (
        whole("app.UseCors(); app.MapControllers();", more='o.DefaultPolicyName = "p";'), {(PUT, "/x", APP): READABLE},
    ),
    "no UseCors in a whole program": (whole("app.MapControllers();"), {(GET, "/x", APP): BLOCKED}),
    "UseCors behind the endpoints of a whole program, which run last": (
        whole('app.MapControllers(); app.UseCors("p");'), {(PUT, "/x", APP): READABLE},
    ),
    "UseCors behind UseEndpoints": (
        startup('app.UseRouting(); app.UseEndpoints(e => { e.MapControllers(); }); app.UseCors("p");'),
        {(GET, "/x", APP): BLOCKED, (PUT, "/x", APP): BLOCKED},
    ),
    "UseCors between UseRouting and UseEndpoints": (
        startup('app.UseRouting(); app.UseCors(Name); app.UseEndpoints(e => { e.MapControllers(); });'),
        {(PUT, "/x", APP): READABLE},
    ),
    "a policy at a controller": (
        whole("app.UseCors(); app.MapControllers();", MARKED),
        {(GET, ITEMS, APP): READABLE, (PUT, f"{ITEMS}/1", APP): READABLE, (GET, "/other", APP): BLOCKED},
    ),
    "a policy at one action": (
        whole("app.UseCors(); app.MapControllers();", CONTROLLER.format(at="", get='[EnableCors("p")] ', put="")),
        {(GET, ITEMS, APP): READABLE, (PUT, f"{ITEMS}/1", APP): BLOCKED},
    ),
    "no CORS at one action": (
        whole('app.UseCors("p"); app.MapControllers();', CONTROLLER.format(at="", get="[DisableCors] ", put="")),
        {(GET, ITEMS, APP): BLOCKED, (PUT, f"{ITEMS}/1", APP): READABLE},
    ),
    "a policy at a controller, and no middleware": (
        whole("app.MapControllers();", MARKED),
        {(GET, ITEMS, APP): BLOCKED, (PUT, f"{ITEMS}/1", APP): BLOCKED},
    ),
    "a policy at an endpoint, and at a group": (
        whole(
            'app.UseCors(); app.MapPut("/a", () => 1).RequireCors("p"); app.MapPut("/b", () => 1);\n'
            'var group = app.MapGroup("/g").RequireCors("p"); group.MapPut("c", () => 1);'
        ),
        {(PUT, "/a", APP): READABLE, (PUT, "/b", APP): BLOCKED, (PUT, "/g/c", APP): READABLE},
    ),
    "RequireCors of the controllers, in a block that versions differ about": (
        startup('app.UseRouting(); app.UseCors(); app.UseEndpoints(e => e.MapControllers().RequireCors("p"));'),
        {(GET, "/x", APP): READABLE, (PUT, "/x", APP): NOT_KNOWN},
    ),
    "one that comes from configuration": (
        ('services.AddCors(o => o.AddDefaultPolicy(p => p.WithOrigins(config.GetSection("Origins").Get<string[]>())'
        '.WithMethods("PUT")));\napp.UseCors();'),
        {(GET, "/x", APP): NOT_KNOWN},
    ),
    "one of two by the environment": (
        ('app.UseCors(p => { if (env.IsDevelopment()) { p.AllowAnyOrigin(); } else { p.WithOrigins("https://app.example");'
        " } });"),
        {(GET, "/x", APP): NOT_KNOWN},
    ),
    "the same in either environment": (
        ('if (env.IsDevelopment()) { app.UseDeveloperExceptionPage(); app.UseCors("p"); } else { app.UseHsts(); '
        'app.UseCors("p"); }\no.AddPolicy("p", b => b.WithOrigins("https://app.example"));'),
        {(GET, "/x", APP): READABLE, (GET, "/x", OTHER): BLOCKED},
    ),
    "an extension of its own": (
        whole("app.UseOurCors(); app.MapControllers();",
              'static class Ours { public static IApplicationBuilder UseOurCors(this IApplicationBuilder app) => '
              'app.UseCors("p"); }'),
        {(PUT, "/x", APP): READABLE},
    ),
    "an extension that is not in the text": (
        whole('app.UseOurGuard(); app.UseCors("p"); app.MapControllers();'), {(GET, "/x", APP): NOT_KNOWN},
    ),
    "one that is not in the text, behind UseCors": (
        whole('app.UseCors("p"); app.UseOurGuard(); app.MapControllers();'), {(PUT, "/x", APP): READABLE},
    ),
    "a function in front that hands on": (
        whole(BEFORE.format(does=FRAMES)), {(PUT, "/x", APP): READABLE},
    ),
    "a function in front that answers OPTIONS": (
        whole(BEFORE.format(does=OPTIONS)),
        {(GET, "/x", APP): READABLE, (PUT, "/x", APP): BLOCKED},
    ),
    "a function in front that asks for a key": (
        whole(BEFORE.format(does=KEYS)),
        {(GET, "/x", APP): NOT_KNOWN},
    ),
    "headers by hand alone": (
        BY_HAND,
        {(GET, "/x", APP): READABLE, (PUT, "/x", APP): READABLE, (GET, "/x", OTHER): BLOCKED},
    ),
    "a class of middleware": (
        whole("app.UseMiddleware<Allow>(); app.MapControllers();", ALLOW),
        {(GET, "/x", OTHER): READABLE, (WITH, "/x", APP): BLOCKED, (PUT, "/x", APP): BLOCKED},
    ),
    "a class of middleware that stands alone": (
        ALLOW, {(GET, "/x", OTHER): READABLE, (WITH, "/x", APP): BLOCKED, (PUT, "/x", APP): BLOCKED},
    ),
    "a login that no preflight has": (
        whole('app.UseAuthorization(); app.UseCors("p"); app.MapControllers();',
              CONTROLLER.format(at='[Authorize] [EnableCors("p")]', get="", put="")),
        {(PUT, f"{ITEMS}/1", APP): BLOCKED, (GET, ITEMS, APP): NOT_KNOWN},
    ),
    "a function that compares hosts": (
        'app.UseCors(p => p.SetIsOriginAllowed(o => new Uri(o).Host.EndsWith("app.example")));',
        {(GET, "/x", APP): READABLE, (GET, "/x", OTHER): BLOCKED},
    ),
    "a function of the program's": (
        ("app.UseCors(p => p.SetIsOriginAllowed(IsOurs));\nstatic bool IsOurs(string origin) => Uri.TryCreate(origin, "
        'UriKind.Absolute, out var uri) && uri.Host == "app.example";'),
        {(GET, "/x", APP): READABLE, (GET, "/x", OTHER): BLOCKED},
    ),
    "version 2, whose first ones compare methods themselves": (
        "app.UseCors(p => p.AllowAnyOrigin().AllowAnyHeader());\napp.UseMvc();",
        {(GET, "/x", APP): READABLE, (JSON, "/x", APP): NOT_KNOWN, (PUT, "/x", APP): BLOCKED},
    ),
    "version 2, whose first ones compare origins as they are written": (
        'app.UseCors(p => p.WithOrigins("Https://app.example"));\napp.UseMvc();', {(GET, "/x", APP): NOT_KNOWN},
    ),
    "version 2, each of which does something else with everybody's credentials": (
        "app.UseCors(p => p.AllowAnyOrigin().AllowCredentials());\napp.UseMvc();", {(GET, "/x", APP): NOT_KNOWN},
    ),
    "two policies, one after the other": (
        whole('app.UseCors("p"); app.UseCors("q"); app.MapControllers();', more=ALL),
        {
            (PUT, "/x", APP): READABLE, (GET, "/x", OTHER): READABLE, (PUT, "/x", OTHER): BLOCKED,
            (WITH, "/x", APP): BLOCKED,
        },
    ),
    "no default policy, and a policy of its own behind it": (
        NO_OPTIONS, {(GET, "/x", APP): READABLE},
    ),
    "a catch-all for OPTIONS beside controllers": (
        whole('app.UseCors("p"); app.MapMethods("{*path}", new[] { "OPTIONS" }, () => Results.Ok()).RequireCors("p"); '
              'app.MapControllers().RequireCors("p");'),
        {(GET, "/x", APP): READABLE, (PUT, "/x", APP): READABLE, (PUT, "/x", OTHER): BLOCKED},
    ),
    "a name that the environment decides, of policies that answer alike": (
        whole('app.UseCors(env.IsDevelopment() ? "p" : "q");', more='o.AddPolicy("q", b => b.WithOrigins('
              '"https://app.example"));'),
        {(GET, "/x", APP): READABLE, (PUT, "/x", APP): NOT_KNOWN, (GET, "/x", OTHER): BLOCKED},
    ),
    "a policy at a controller, and nothing else": (
        MARKED, {(GET, ITEMS, APP): NOT_KNOWN},
    ),
    "UseCors in development alone": (
        whole('if (app.Environment.IsDevelopment()) { app.UseCors("p"); }'),
        {(GET, "/x", APP): NOT_KNOWN, (GET, "/x", OTHER): BLOCKED, (PUT, "/x", OTHER): BLOCKED},
    ),
    "a function behind that may refuse": (
        whole('app.UseCors("p"); app.Use(async (c, next) => { if (c.User.Identity?.IsAuthenticated == true) { '
              'c.Response.StatusCode = 403; return; } await next(); });'),
        {(GET, "/x", APP): READABLE, (PUT, "/x", APP): READABLE},
    ),
    "OWIN: a function that is not in the text, in front": (
        "public void Configuration(IAppBuilder app) { Logins.Configure(app); app.UseCors(CorsOptions.AllowAll); }",
        {(GET, "/x", APP): NOT_KNOWN},
    ),
    "OWIN: logins in front that answer paths of their own": (
        ("public void Configuration(IAppBuilder app) { app.UseOAuthBearerTokens(new OAuthOptions { TokenEndpointPath = "
        'new PathString("/token") }); var config = new HttpConfiguration { DependencyResolver = resolver }; '
        "app.UseCors(CorsOptions.AllowAll); }"),
        {(GET, "/x", APP): READABLE},
    ),
    "policies that a class of the program's own provides": (
        ('o.AddPolicy("p", b => b.AllowAnyOrigin());\nservices.AddTransient<ICorsPolicyProvider, Tenants>();\n'
        'app.UseCors("p");'),
        {(GET, "/x", APP): NOT_KNOWN},
    ),
    "UseCors for a part of the paths": (
        whole(WHEN.format(path="/api") + "app.MapControllers();"),
        {(PUT, "/api/x", APP): READABLE, (GET, "/x", APP): BLOCKED},
    ),
    "UseCors in a branch": (
        startup('app.Map("/api", a => { a.UseCors("p"); a.UseRouting(); a.UseEndpoints(e => e.MapControllers()); });'),
        {(PUT, "/api/x", APP): READABLE, (GET, "/x", APP): BLOCKED},
    ),
    "a program inside a method that nothing calls": (
        ("class Host { async Task StartAsync() { var builder = WebApplication.CreateBuilder(); "
        "builder.Services.AddCors(); "
        "_app = builder.Build(); _app.UseCors(p => p.AllowAnyOrigin()); await _app.StartAsync(); } }"),
        {(GET, "/x", APP): READABLE, (WITH, "/x", APP): BLOCKED},
    ),
    "methods of an extension block": (
        ('static class More { extension(IServiceCollection services) { public void AddOurCors() { '
        'services.AddCors(o => '
        'o.AddDefaultPolicy(p => p.WithOrigins("https://app.example"))); } } }'),
        {(GET, "/x", APP): READABLE, (GET, "/x", OTHER): BLOCKED},
    ),
    "UseCors in a comment alone": (whole('// app.UseCors("p");\napp.MapControllers();'), {(GET, "/x", APP): BLOCKED}),
    "UseCors where nothing leads": (
        whole("app.MapControllers();", "class A { Action<X> B => a => a.UseCors(); }"), {(GET, "/x", APP): NOT_KNOWN},
    ),
    "a policy that names nobody": (
        "services.AddCors(o => o.AddDefaultPolicy(p => p.AllowAnyMethod()));", {(GET, "/x", APP): BLOCKED},
    ),
    "handling of exceptions in front": (
        whole('app.UseExceptionHandlingMiddleware(); app.UseCors("p"); app.MapControllers();'),
        {(PUT, "/x", APP): READABLE},
    ),
    "a path that is answered before": (
        whole(BEFORE.format(does='if (context.Request.Path.StartsWithSegments("/ping")) { return; }')),
        {(GET, "/ping", APP): BLOCKED, (GET, "/x", APP): READABLE},
    ),
    "OWIN: everybody": (
        "public void Configuration(IAppBuilder app) { app.UseCors(CorsOptions.AllowAll); app.UseWebApi(config); }",
        {(WITH, "/x", APP): READABLE, (PUT, "/x", OTHER): READABLE},
    ),
    "OWIN: a policy of its own": (
        OWIN, {(PUT, "/x", APP): READABLE, ("DELETE", "/x", APP): BLOCKED, (GET, "/x", OTHER): BLOCKED},
    ),
    "Web API 2: credentials for everybody": (
        '[EnableCors("*", "*", "GET,PUT", SupportsCredentials = true)]\npublic class A : ApiController {}',
        {(WITH, "/x", OTHER): READABLE, (PUT, "/x", APP): READABLE, ("DELETE", "/x", APP): BLOCKED},
    ),
    "Web API 2: an origin with a slash, at which it throws": (
        'config.EnableCors(new EnableCorsAttribute("https://app.example/", "*", "*"));', {(GET, "/x", APP): BLOCKED},
    ),
    "Web API 2: attributes that nothing enables": (
        'config.MapHttpAttributeRoutes();\n[EnableCors("*", "*", "*")] public class A : ApiController {}',
        {(GET, "/x", APP): BLOCKED},
    ),
    "Web API 2: two attributes that differ": (
        '[EnableCors("*", "*", "*")] class A {}\n[EnableCors("https://app.example", "*", "*")] class B {}',
        {(GET, "/x", APP): NOT_KNOWN},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_request_goes_through_the_pipeline(name: str) -> None:
    text, told = CASES[name]
    assert {each: verdict(text, *each) for each in told} == told


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (whole('app.UseCors("P"); app.MapControllers();'), "policy-not-there"),
        (startup('app.UseEndpoints(e => { e.MapControllers(); }); app.UseCors("p");'), "middleware-too-late"),
        ("app.UseCors(p => p.AllowAnyOrigin().AllowCredentials());", "any-origin-with-credentials"),
        ('app.UseCors(p => p.WithOrigins("https://app.example/"));', "origin-never-matches"),
        ('app.UseCors(p => p.WithOrigins("https://a.example").SetIsOriginAllowed(o => true));', "list-not-asked"),
    ],
)
def test_what_does_not_do_what_it_is_for_is_told(text: str, code: str) -> None:
    assert code in [each.code for each in mistakes_of(read_configuration(text))]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('app.Map("/api", a => a.UseCors(p => p.AllowAnyOrigin()));', "/api/items"),
        (whole(WHEN.format(path="/v1")), "/v1/items"),
        (whole("app.UseCors(); app.MapControllers();", MARKED), "/api/Items/x"),
        (whole('app.UseCors("p"); app.MapControllers(); app.MapGet("/", () => 1);'), "/items"),
    ],
)
def test_the_example_is_a_path_that_the_policy_is_for(text: str, path: str) -> None:
    assert read_configuration(text).example_path == path


def test_a_policy_that_names_nobody_is_no_mistake_of_values() -> None:
    text = "services.AddCors(o => o.AddDefaultPolicy(p => p.AllowAnyMethod()));"
    assert mistakes_of(read_configuration(text)) == []


def test_without_a_parser_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tree_sitter_c_sharp", None)
    assert verdict("app.UseCors(p => p.AllowAnyOrigin());", GET, "/x", APP) is NOT_KNOWN
