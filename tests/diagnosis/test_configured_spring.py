"""Spring's programs, followed as Spring does: what stands in front of what, and what is given to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from corssim.diagnosis.configured.judge import mistakes_of
from corssim.diagnosis.configured.read import read_configuration
from tests.cli.running import corssim
from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

if TYPE_CHECKING:
    from pathlib import Path

GET, WITH, AUTH, JSON, PUT, DELETE = (
    "GET", "with credentials", "with Authorization", "POST of JSON", "PUT", "DELETE",
)  # fmt: skip
READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
Told = dict[tuple[str, str], str | None]
MINE: Told = {(PUT, APP): READABLE, (GET, OTHER): BLOCKED, (DELETE, APP): BLOCKED}
STOPPED: Told = {(GET, APP): NOT_KNOWN, (PUT, APP): BLOCKED, (AUTH, APP): BLOCKED}
UNTOLD: Told = {(GET, APP): NOT_KNOWN, (PUT, APP): NOT_KNOWN}

SOURCE = """@Bean CorsConfigurationSource corsConfigurationSource() {
  CorsConfiguration c = new CorsConfiguration();
  c.setAllowedOrigins(List.of("https://app.example")); c.setAllowedMethods(List.of("PUT", "GET"));
  UrlBasedCorsConfigurationSource s = new UrlBasedCorsConfigurationSource();
  s.registerCorsConfiguration("/**", c); return s; }"""
MAPPINGS = """@Configuration class Web implements WebMvcConfigurer {
  @Override public void addCorsMappings(CorsRegistry registry) {
    registry.addMapping("/**").allowedOrigins("https://app.example").allowedMethods("GET", "PUT"); } }"""
RULES = '.authorizeHttpRequests(a -> a.requestMatchers("/login").permitAll().anyRequest().authenticated())'

OPTIONS = (
    ".authorizeHttpRequests(a -> a.requestMatchers(HttpMethod.OPTIONS).permitAll().anyRequest().authenticated())"
    ".csrf(c -> c.disable())"
)
PREFLIGHTS = (
    ".authorizeHttpRequests(a -> a.requestMatchers(CorsUtils::isPreFlightRequest).permitAll()"
    '.requestMatchers("/api/**").permitAll().anyRequest().authenticated()).csrf(c -> c.disable())'
)


def chain(calls: str, *more: str) -> str:
    """A configuration of Spring Security."""
    bean = (
        f"@Bean SecurityFilterChain chain(HttpSecurity http) throws Exception {{ http{calls}; return http.build(); }}"
    )
    return "\n".join(["@Configuration @EnableWebSecurity class Security {", bean, *more, "}"])


FILTER = """@Component {order}
public class Cors implements Filter {{
  public void doFilter(ServletRequest req, ServletResponse res, FilterChain chain) throws IOException {{
    HttpServletRequest request = (HttpServletRequest) req; HttpServletResponse response = (HttpServletResponse) res;
    {body}
  }}
}}
"""
SET = 'response.setHeader("Access-Control-Allow-Origin", "https://app.example");'
METHODS = 'response.setHeader("Access-Control-Allow-Methods", "GET, PUT");'
END = (
    'if ("OPTIONS".equalsIgnoreCase(request.getMethod())) { response.setStatus(200); } '
    "else { chain.doFilter(req, res); }"
)
WRITTEN = FILTER.format(order="@Order(Ordered.HIGHEST_PRECEDENCE)", body=f"{SET} {METHODS} {END}")
REGISTERED = """@Bean FilterRegistrationBean<CorsFilter> f() {{
  CorsConfiguration c = new CorsConfiguration().applyPermitDefaultValues(); c.addAllowedMethod("PUT");
  UrlBasedCorsConfigurationSource s = new UrlBasedCorsConfigurationSource(); s.registerCorsConfiguration("/**", c);
  FilterRegistrationBean<CorsFilter> b = new FilterRegistrationBean<>(new CorsFilter(s)); b.setOrder({order});
  return b; }}"""
CONTROLLER = """@RestController @RequestMapping("/api") {of_class}
class Items {{
  @GetMapping("/x") List<Item> all() {{ return null; }}
  {of_method} @PutMapping("/x") void put(@RequestBody Item i) {{ }}
}}"""

# A text, and what comes of requests to /api/x.
SECURITY: dict[str, tuple[str, Told]] = {
    "a source that cors takes by its name": (chain(f".cors(Customizer.withDefaults()){RULES}", SOURCE), MINE),
    "as it was written once": (
        """class S extends WebSecurityConfigurerAdapter { protected void configure(HttpSecurity http) throws Exception {
  http.cors().and().csrf().disable().authorizeRequests().anyRequest().authenticated(); }
"""
        + SOURCE
        + "}",
        MINE,
    ),
    "cors that takes what the mappings allow": (f"{chain(f'.cors(c -> {{}}){RULES}')}\n{MAPPINGS}", MINE),
    "mappings behind a login": (f"{chain(f'.httpBasic(withDefaults()){RULES}')}\n{MAPPINGS}", STOPPED),
    "cors turned off, behind a login": (f"{chain(f'.cors(c -> c.disable()){RULES}')}\n{MAPPINGS}", STOPPED),
    "turned off by its method's name": (f"{chain(f'.cors(CorsConfigurer::disable){RULES}')}\n{MAPPINGS}", STOPPED),
    "OPTIONS for everybody": (
        f"{chain(OPTIONS)}\n{MAPPINGS}",
        {(GET, APP): NOT_KNOWN, (PUT, APP): NOT_KNOWN, (DELETE, APP): BLOCKED, (PUT, OTHER): BLOCKED},
    ),
    "preflights for everybody, and the path": (
        f"{chain(PREFLIGHTS)}\n{MAPPINGS}",
        MINE,
    ),
    "a path that security ignores": (
        chain(RULES, '@Bean WebSecurityCustomizer w() { return web -> web.ignoring().requestMatchers("/api/**"); }')
        + MAPPINGS,
        MINE,
    ),
    "a chain for other paths": (chain(f'.securityMatcher("/admin/**"){RULES}') + MAPPINGS, MINE),
    "a source without cors": (chain(RULES, SOURCE), UNTOLD),
    "a source that is given to cors": (
        chain(f".cors(c -> c.configurationSource(own())){RULES}", SOURCE.replace("corsConfigurationSource", "own")),
        MINE,
    ),
    "a lambda that is given to cors": (
        chain(
            '.cors(c -> c.configurationSource(request -> { var k = new CorsConfiguration(); '
            'k.addAllowedOrigin("https://app.example"); k.addAllowedMethod("PUT"); return k; }))'
        ),
        {(PUT, APP): READABLE, (GET, APP): BLOCKED, (GET, OTHER): BLOCKED},
    ),
    "a filter of all in front of security": (f"{WRITTEN}\n{chain(RULES)}", MINE),
    "a filter of all behind security": (
        f"{FILTER.format(order='', body=f'{SET} {METHODS} {END}')}\n{chain(RULES)}", STOPPED,
    ),
    "a filter that is registered behind security": (chain(RULES, REGISTERED.format(order=0)), STOPPED),
    "a filter that is registered in front of security": (
        chain(RULES, REGISTERED.format(order="Ordered.HIGHEST_PRECEDENCE")),
        {(PUT, OTHER): READABLE, (DELETE, APP): BLOCKED, (WITH, APP): BLOCKED},
    ),
    "a filter in the chain, in front of the rules": (
        FILTER.format(order="", body=f"{SET} {METHODS} {END}")
        + chain(f".addFilterBefore(new Cors(), ChannelProcessingFilter.class){RULES}"),
        MINE,
    ),
    "a filter that is not in the text": (
        f"{chain(f'.addFilterBefore(jwt, CorsFilter.class).cors(withDefaults()){RULES}', SOURCE)}",
        UNTOLD,
    ),
    "a filter that is not in the text, behind cors": (
        chain(f".addFilterBefore(jwt, UsernamePasswordAuthenticationFilter.class).cors(withDefaults()){RULES}", SOURCE),
        MINE,
    ),
    "a filter behind one that is behind cors": (
        chain(f".cors(withDefaults()).addFilterAfter(jwt, CorsFilter.class){RULES}", SOURCE),
        MINE,
    ),
    "a registration that is given the filter": (
        SOURCE.replace("CorsConfigurationSource c", "CorsFilter c").replace("return s", "return new CorsFilter(s)")
        + "@Bean FilterRegistrationBean<CorsFilter> r(CorsFilter f) { var b = new FilterRegistrationBean<>(f);\n"
        "b.setOrder(1); return b; }",
        MINE,
    ),
    "a method that is given the chain": (
        chain(f"{RULES}; allow(http)", SOURCE)
        + "\nvoid allow(HttpSecurity http) throws Exception { http.cors(withDefaults()); }",
        MINE,
    ),
    "WebFlux takes a source of any name": (
        """@Bean SecurityWebFilterChain chain(ServerHttpSecurity http) {
  return http.authorizeExchange(e -> e.anyExchange().authenticated()).build(); }
"""
        + SOURCE.replace("corsConfigurationSource()", "any()"),
        MINE,
    ),
}  # fmt: skip

FILTERS: dict[str, tuple[str, Told]] = {
    "that ends preflights": (WRITTEN, MINE),
    "that hands preflights on": (
        FILTER.format(order="", body=f"{SET} {METHODS} chain.doFilter(req, res);"),
        {(GET, APP): READABLE, (GET, OTHER): BLOCKED, (PUT, APP): NOT_KNOWN},
    ),
    "that compares the method with a constant, which no text equals": (
        FILTER.format(
            order="",
            body=f"{SET} {METHODS} if (HttpMethod.OPTIONS.equals(request.getMethod())) {{ return; }}\n"
            "chain.doFilter(req, res);",
        ),
        {(PUT, APP): NOT_KNOWN, (GET, APP): READABLE},
    ),
    "for those on a list": (
        FILTER.format(
            order="",
            body='String origin = request.getHeader("Origin"); List<String> l = Arrays.asList("https://app.example");\n'
            f'if (l.contains(origin)) {{ response.setHeader("Access-Control-Allow-Origin", origin); }} {METHODS} {END}',
        ),
        MINE,
    ),
    "with a list of the properties": (
        FILTER.format(
            order="",
            body=f'if (origins.contains(request.getHeader("Origin"))) {{ {SET} }} {METHODS} {END}',
        ),
        {(GET, APP): NOT_KNOWN},
    ),
    "that refuses some": (
        FILTER.format(
            order="",
            body=f'if (request.getHeader("X-Key") == null && !"OPTIONS".equals(request.getMethod())) {{ '
            f"response.sendError(401); return; }} {SET} {METHODS} {END}",
        ),
        {(GET, APP): BLOCKED, (PUT, APP): BLOCKED},
    ),
    "that a method of its own helps": (
        FILTER.format(order="", body=f"allow(response); {METHODS} {END}").replace(
            "public void", f"private void allow(HttpServletResponse response) {{ {SET} }}\n  public void", 1
        ),
        MINE,
    ),
    "that something else helps": (FILTER.format(order="", body=f"Helper.allow(response); {METHODS} {END}"), UNTOLD),
    "that extends Spring's": (
        "@Component class A extends CorsFilter { A() { super(own()); }\n"
        + SOURCE.replace("@Bean ", "static ").replace("corsConfigurationSource", "own")
        + "}",
        MINE,
    ),
    "that extends Spring's, with a source that is not in the text": (
        "@Component class A extends CorsFilter { A(CorsConfigurationSource s) { super(s); } }", UNTOLD,
    ),
    "of a class that is not in the text": (
        ("@Bean FilterRegistrationBean f() { FilterRegistrationBean b = new FilterRegistrationBean();\n"
        "b.setFilter(new CorsFilter()); return b; }"),
        UNTOLD,
    ),
    "that is turned off": (
        "@Bean FilterRegistrationBean f() { FilterRegistrationBean b = new FilterRegistrationBean(new Cors());\n"
        "b.setEnabled(false); return b; }" + FILTER.format(order="", body=f"{SET} {END}").replace("@Component", ""),
        UNTOLD,
    ),
    "that asks by a switch": (
        FILTER.format(
            order="",
            body=f'switch (request.getMethod()) {{ case "OPTIONS": {SET} {METHODS} break; }} chain.doFilter(req, res);',
        ),
        UNTOLD,
    ),
    "that is an interceptor": (
        ("class A implements HandlerInterceptor { public boolean preHandle(HttpServletRequest request,\n"
        f"HttpServletResponse response, Object handler) {{ {SET} return true; }} }}"),
        {(GET, APP): READABLE, (GET, OTHER): BLOCKED, (PUT, APP): NOT_KNOWN},
    ),
    "of other paths": (
        """@Bean FilterRegistrationBean f() { FilterRegistrationBean b = new FilterRegistrationBean(new Cors());
  b.addUrlPatterns("/v2/*"); return b; }"""
        + FILTER.format(order="", body=f"{SET} {METHODS} {END}").replace("@Component", ""),
        UNTOLD,
    ),
    "that nothing uses": (
        FILTER.format(order="", body=f"{SET} {METHODS} {END}").replace("@Component", "") + chain(""),
        UNTOLD,
    ),
    "of WebFlux": (
        """@Bean public WebFilter cors() { return (ServerWebExchange ctx, WebFilterChain chain) -> {
  ServerHttpRequest request = ctx.getRequest();
  if (CorsUtils.isCorsRequest(request)) {
    HttpHeaders headers = ctx.getResponse().getHeaders();
    headers.add("Access-Control-Allow-Origin", "https://app.example");
    headers.add("Access-Control-Allow-Methods", "GET, PUT");
    if (request.getMethod() == HttpMethod.OPTIONS) { ctx.getResponse().setStatusCode(HttpStatus.OK);
      return Mono.empty(); }
  }
  return chain.filter(ctx); }; }""",
        MINE,
    ),
    "in front of mappings, which then add nothing": (
        WRITTEN + MAPPINGS.replace("https://app.example", "https://other.example"), MINE,
    ),
}  # fmt: skip

OWN = 'registry.addMapping("/**").{}'
VALUES: dict[str, tuple[str, Told]] = {
    "a constant of another class": (
        ('class Web { static final String[] ALL = Origins.LIST; public void addCorsMappings(CorsRegistry registry) { '
        'registry.addMapping("/**").allowedOrigins(ALL).allowedMethods("PUT", "GET"); } }\n'
        'class Origins { static final String[] LIST = {"https://app.example"}; }'),
        UNTOLD,
    ),
    "a constant of another class, in one that is a bean": (
        ('@Configuration class Web { static final String[] ALL = Origins.LIST; '
        'public void addCorsMappings(CorsRegistry registry) { '
        'registry.addMapping("/**").allowedOrigins(ALL).allowedMethods("PUT", "GET"); } }\n'
        'class Origins { static final String[] LIST = {"https://app.example"}; }'),
        MINE,
    ),
    "methods of a variable": (
        ('String[] methods = {"GET", "PUT"}; registry.addMapping("/**").allowedOrigins("https://app.example")'
        ".allowedMethods(methods);"),
        MINE,
    ),
    "names of methods": (
        OWN.format(
            'allowedOrigins("https://app.example").allowedMethods(HttpMethod.PUT.name(), RequestMethod.GET.name())'
        ),
        MINE,
    ),
    "a stream of a text": (
        ('List<String> l = Arrays.stream("https://app.example, https://b.example".split(",")).map(String::trim)'
        '.collect(Collectors.toList());\n'
        'registry.addMapping("/**").allowedOrigins(l.toArray(new String[0])).allowedMethods("GET", "PUT");'),
        MINE,
    ),
    "a loop over a list": (
        ('String[] l = {" https://app.example "}; CorsConfiguration c = new CorsConfiguration();\n'
        "for (int i = 0; i < l.length; i++) { l[i] = l[i].trim(); }\n"
        'for (String one : l) { c.addAllowedOrigin(one); } c.setAllowedMethods(java.util.List.of("PUT", "GET"));'),
        MINE,
    ),
    "a loop over what is not known": (
        ('CorsConfiguration c = new CorsConfiguration(); for (String one : origins) { c.addAllowedOrigin(one); }\n'
        'c.addAllowedOrigin("https://app.example"); c.setAllowedMethods(List.of("PUT"));'),
        {(PUT, APP): READABLE, (PUT, OTHER): NOT_KNOWN},
    ),
    "values that are left out": (
        'CorsConfiguration c = new CorsConfiguration(); c.setAllowedOrigins(/* yours */); c.addAllowedMethod("PUT");',
        UNTOLD,
    ),
    "origins in one text": (
        OWN.format('allowedOrigins("https://app.example/,https://b.example").allowedMethods("GET", "PUT")'), MINE,
    ),
    "a property, and one that is written": (
        ('@Configuration class W implements WebMvcConfigurer { @Value("${site.url}") String url;\n'
        "public void addCorsMappings(CorsRegistry r) { r.addMapping(\"/**\").allowedOrigins(url, \"https://app.example\")"
        '.allowedMethods("PUT", "GET"); } }'),
        {(PUT, APP): READABLE, (GET, OTHER): NOT_KNOWN},
    ),
    "a condition that comes to the same": (
        ('CorsConfiguration c = new CorsConfiguration(); c.addAllowedOrigin("https://app.example"); '
        'if (isProduction()) { c.setMaxAge(60L); } c.addAllowedMethod("PUT"); c.addAllowedMethod("GET");'),
        MINE,
    ),
    "patterns": (
        OWN.format('allowedOriginPatterns("https://*.example:[443,*]", "https://ap*").allowedMethods("PUT", "GET")'),
        {(PUT, APP): READABLE, (GET, "http://a.example"): BLOCKED},
    ),
    "patterns with ports": (
        OWN.format('allowedOriginPatterns("http://localhost:[8080,9090]")'),
        {(GET, "http://localhost:9090"): READABLE, (GET, "http://localhost:3000"): BLOCKED},
    ),
    "everybody with credentials": (OWN.format('allowedOrigins("*").allowCredentials(true)'), {(GET, APP): BLOCKED}),
    "everybody by a pattern, with credentials": (
        OWN.format('allowedOriginPatterns("*").allowCredentials(true)'), {(WITH, APP): READABLE, (PUT, APP): BLOCKED},
    ),
    "the first path counts": (
        ('registry.addMapping("/api/**").allowedOrigins("https://app.example").allowedMethods("PUT", "GET");\n'
        'registry.addMapping("/**").allowedOrigins("*");'),
        MINE,
    ),
    "a class that no annotation makes a bean": (MAPPINGS.replace("@Configuration", ""), UNTOLD),
}  # fmt: skip

CROSSED = '@CrossOrigin("https://app.example")'
ANNOTATIONS: dict[str, tuple[str, Told]] = {
    "at the class": (CONTROLLER.format(of_class=CROSSED, of_method=""), {**MINE, (AUTH, APP): READABLE}),
    "at a method": (
        CONTROLLER.format(of_class="", of_method=CROSSED),
        {(PUT, APP): READABLE, (PUT, OTHER): BLOCKED, (GET, APP): BLOCKED},
    ),
    "at both, which adds": (
        CONTROLLER.format(of_class=CROSSED, of_method='@CrossOrigin(origins = "https://other.example")'),
        {(PUT, OTHER): READABLE, (GET, OTHER): BLOCKED, (PUT, APP): READABLE},
    ),
    "methods that are not those of the mapping": (
        CONTROLLER.format(
            of_class='@CrossOrigin(origins = "https://app.example", methods = RequestMethod.GET)', of_method=""
        ),
        {(PUT, APP): BLOCKED, (GET, APP): READABLE},
    ),
    "a mapping of all methods": (
        '@RestController class A { @CrossOrigin @RequestMapping("/api/x") String x() { return ""; } }',
        {(GET, OTHER): READABLE, (PUT, APP): BLOCKED, (JSON, APP): READABLE},
    ),
    "beside mappings, which are added": (
        f"{MAPPINGS}\n{CONTROLLER.format(of_class=CROSSED.replace('app', 'other'), of_method='')}",
        {(PUT, APP): READABLE, (PUT, OTHER): READABLE},
    ),
    "of a property": (
        CONTROLLER.format(of_class='@CrossOrigin(origins = "${site.url}")', of_method=""), {(GET, APP): NOT_KNOWN},
    ),
    "of another path": (CONTROLLER.format(of_class=CROSSED, of_method="").replace('"/api"', '"/v2"'), UNTOLD),
}  # fmt: skip

KOTLIN: dict[str, tuple[str, Told]] = {
    "mappings": (
        """@Configuration
class Web : WebMvcConfigurer {
    private val allowed = listOf("https://app.example")
    override fun addCorsMappings(registry: CorsRegistry) {
        registry.addMapping("/**").allowedOrigins(*allowed.toTypedArray()).allowedMethods("GET", "PUT")
    }
}""",
        MINE,
    ),
    "security in its own words": (
        """@Bean
fun chain(http: HttpSecurity): SecurityFilterChain {
    http {
        cors { configurationSource = own() }
        csrf { disable() }
        authorizeHttpRequests { authorize(anyRequest, authenticated) }
    }
    return http.build()
}
fun own(): CorsConfigurationSource = UrlBasedCorsConfigurationSource().apply {
    registerCorsConfiguration("/**", CorsConfiguration().apply {
        allowedOrigins = listOf("https://app.example"); allowedMethods = listOf("GET", HttpMethod.PUT.name())
    })
}""",
        MINE,
    ),
    "a filter of WebFlux": (
        """@Component
class Cors : WebFilter {
    override fun filter(exchange: ServerWebExchange, chain: WebFilterChain): Mono<Void> {
        exchange.response.headers.add("Access-Control-Allow-Origin", "https://app.example")
        exchange.response.headers.add("Access-Control-Allow-Methods", "GET, PUT")
        if (exchange.request.method == HttpMethod.OPTIONS) {
            exchange.response.statusCode = HttpStatus.NO_CONTENT
            return Mono.empty()
        }
        return chain.filter(exchange)
    }
}""",
        MINE,
    ),
    "annotations": (
        (
            '@RestController\n@CrossOrigin(origins = ["https://app.example"])\nclass A {\n'
            '    @PutMapping("/api/x") fun put() = Unit\n    @GetMapping("/api/x") fun get() = "x"\n}'
        ),
        MINE,
    ),
    "a function of another type's": (
        """@Configuration
class Web : WebMvcConfigurer {
    override fun addCorsMappings(registry: CorsRegistry) {
        registry.addMapping("/api/**").allow()
    }
    private fun CorsRegistration.allow() = allowedOrigins("https://app.example").allowedMethods("GET", "PUT")
}""",
        MINE,
    ),
    "what a constructor is given": (
        """@Bean fun cors(): Filter = Cors(listOf("https://app.example"))
class Cors(private val allowed: List<String>) : Filter {
    override fun doFilter(request: ServletRequest, response: ServletResponse, chain: FilterChain) {
        val req = request as HttpServletRequest
        val res = response as HttpServletResponse
        val origin = req.getHeader("Origin")
        if (origin in allowed) {
            res.setHeader("Access-Control-Allow-Origin", origin)
            res.setHeader("Access-Control-Allow-Methods", "GET, PUT")
        }
        if (req.method == "OPTIONS") res.status = 204 else chain.doFilter(request, response)
    }
}""",
        MINE,
    ),
    "what a property may hold, and what is written": (
        """@Bean
fun corsConfigurationSource(): CorsConfigurationSource {
    val c = CorsConfiguration()
    val l = allowed.split(",").map { it.trim() }.toMutableList()
    l.addAll(listOf("https://app.*"))
    c.allowedOriginPatterns = l
    c.allowedMethods = listOf("PUT", "GET")
    val s = org.springframework.web.cors.UrlBasedCorsConfigurationSource()
    s.registerCorsConfiguration("/**", c)
    return s
}""",
        {(PUT, APP): READABLE, (GET, OTHER): NOT_KNOWN},
    ),
    "each of a property": (
        """@Bean
fun chain(http: HttpSecurity): SecurityFilterChain {
    http.cors().configurationSource {
        val c = CorsConfiguration()
        allowed.split(",").forEach { c.addAllowedOrigin(it) }
        c
    }
    return http.build()
}""",
        UNTOLD,
    ),
    "a property": (
        (
            '@Configuration\nclass Web(@Value("\\${site.url}") private val url: String) : WebMvcConfigurer {\n'
            "    override fun addCorsMappings(registry: CorsRegistry) {\n"
            '        registry.addMapping("/**").allowedOrigins(url)\n    }\n}'
        ),
        {(GET, APP): NOT_KNOWN},
    ),
}
CASES = {
    f"{kind}: {name}": case
    for kind, cases in {
        "security": SECURITY,
        "a filter": FILTERS,
        "values": VALUES,
        "@CrossOrigin": ANNOTATIONS,
        "Kotlin": KOTLIN,
    }.items()
    for name, case in cases.items()
}


@pytest.mark.parametrize("name", CASES)
def test_a_request_takes_spring_s_way(name: str) -> None:
    text, told = CASES[name]
    assert {asked: verdict(text, asked[0], "/api/x", asked[1]) for asked in told} == told


def test_what_spring_refuses_is_a_mistake() -> None:
    text, _ = CASES["values: everybody with credentials"]
    assert [each.code for each in mistakes_of(read_configuration(text))] == ["any-origin-with-credentials"]


def test_security_that_stops_preflights_is_a_mistake() -> None:
    text, _ = CASES["security: mappings behind a login"]
    assert "preflight-needs-login" in [each.code for each in mistakes_of(read_configuration(text))]


def test_what_a_property_decides_is_told_as_that(tmp_path: Path) -> None:
    file = tmp_path / "Web.java"
    file.write_text(CASES["values: a property, and one that is written"][0], encoding="utf-8")
    out = corssim("explain", str(file)).out
    assert "what ${site.url} decides" in out
    assert "http_origin" not in out
