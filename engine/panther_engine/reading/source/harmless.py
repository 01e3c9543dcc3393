"""The functions and constants that code may use without changing anything others can see.

`purity` reads this table; anything not in it counts as harmful. A function belongs here if it only
reads its arguments (or changes what the caller made) and if its result is new or immutable. A
constant belongs here if it is immutable.
"""

from __future__ import annotations

from collections.abc import Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ABSTRACT = (
    "Callable Collection Container Generator Hashable ItemsView Iterable Iterator KeysView Mapping"
    " MutableMapping MutableSequence MutableSet Reversible Sequence Set Sized ValuesView"
)
_DATETIME = (
    "combine fromisocalendar fromisoformat fromordinal fromtimestamp now strptime today"
    " utcfromtimestamp utcnow"
)

CALLABLES: Mapping[str, frozenset[str]] = {
    "__future__": frozenset(),
    "abc": frozenset(),
    "base64": _words(
        "a85decode a85encode b16decode b16encode b32decode b32encode b64decode b64encode b85decode"
        " b85encode decodebytes encodebytes standard_b64decode standard_b64encode urlsafe_b64decode"
        " urlsafe_b64encode"
    ),
    "binascii": _words(
        "Error Incomplete a2b_base64 a2b_hex b2a_base64 b2a_hex crc32 hexlify unhexlify"
    ),
    "bisect": _words("bisect bisect_left bisect_right insort insort_left insort_right"),
    "calendar": _words("isleap leapdays monthrange timegm weekday"),
    "collections": _words(
        "ChainMap Counter OrderedDict OrderedDict.fromkeys defaultdict deque namedtuple"
    ),
    "collections.abc": _words(_ABSTRACT),
    "copy": _words("copy deepcopy"),
    "dataclasses": _words("asdict astuple field is_dataclass replace"),
    "datetime": _words("date datetime time timedelta timezone tzinfo")
    | {f"{kind}.{name}" for kind in ("date", "datetime") for name in _DATETIME.split()}
    | {"time.fromisoformat"},
    "dateutil": frozenset(),
    "dateutil.parser": _words("ParserError isoparse parse"),
    "dateutil.relativedelta": _words("relativedelta"),
    "dateutil.tz": _words("gettz tzlocal tzoffset tzutc"),
    "decimal": _words("Decimal DecimalException InvalidOperation"),
    "difflib": _words("get_close_matches ndiff unified_diff"),
    "enum": _words("auto"),
    "fnmatch": _words("filter fnmatch fnmatchcase translate"),
    "functools": _words("cache cmp_to_key lru_cache partial reduce"),
    "hashlib": _words("blake2b blake2s md5 sha1 sha224 sha256 sha384 sha3_256 sha3_512 sha512"),
    "heapq": _words("heapify heappop heappush heappushpop heapreplace merge nlargest nsmallest"),
    "html": _words("escape unescape"),
    "ipaddress": _words(
        "AddressValueError IPv4Address IPv4Interface IPv4Network IPv6Address IPv6Interface"
        " IPv6Network NetmaskValueError collapse_addresses ip_address ip_interface ip_network"
        " summarize_address_range"
    ),
    "itertools": _words(
        "accumulate batched chain chain.from_iterable combinations combinations_with_replacement"
        " compress count cycle dropwhile filterfalse groupby islice pairwise permutations product"
        " repeat starmap takewhile tee zip_longest"
    ),
    "json": _words("JSONDecodeError dumps loads"),
    "math": _words(
        "ceil comb copysign dist exp fabs factorial floor fmod fsum gcd hypot isclose isfinite"
        " isinf isnan isqrt lcm log log10 log2 perm pow prod sqrt trunc"
    ),
    "numbers": _words("Complex Integral Number Rational Real"),
    "operator": _words(
        "abs add and_ concat contains countOf eq floordiv ge getitem gt indexOf inv is_ is_not"
        " itemgetter le lshift lt mod mul ne neg not_ or_ pow rshift sub truediv truth xor"
    ),
    "policyuniverse": _words("expand_policy get_actions_from_statement"),
    "policyuniverse.action_categories": _words("actions_for_category categories_for_actions"),
    "policyuniverse.arn": _words("ARN"),
    "policyuniverse.expander_minimizer": _words(
        "expand_policy get_actions_from_statement minimize_policy minimize_statement_actions"
    ),
    "policyuniverse.policy": _words("Policy"),
    "policyuniverse.statement": _words("Statement"),
    "re": _words(
        "Match Pattern compile error escape findall finditer fullmatch match search split sub subn"
    ),
    "statistics": _words(
        "StatisticsError fmean mean median median_high median_low mode multimode pstdev pvariance"
        " quantiles stdev variance"
    ),
    "string": _words("Template capwords"),
    "textwrap": _words("dedent fill indent shorten wrap"),
    "time": _words(
        "ctime gmtime localtime mktime monotonic monotonic_ns perf_counter perf_counter_ns sleep"
        " strftime strptime time time_ns"
    ),
    "typing": _words(
        "Annotated Any Callable ClassVar Collection Container Counter DefaultDict Deque Dict"
        " Final FrozenSet Generator Generic Hashable Iterable Iterator List Literal Mapping"
        " Match MutableMapping MutableSequence MutableSet NamedTuple NoReturn Optional OrderedDict"
        " Pattern Protocol Sequence Set Sized Tuple Type TypeVar TypedDict Union cast"
    ),
    "unicodedata": _words("category combining east_asian_width name normalize"),
    "urllib": frozenset(),
    "urllib.parse": _words(
        "parse_qs parse_qsl quote quote_plus unquote unquote_plus unquote_to_bytes urldefrag"
        " urlencode urljoin urlparse urlsplit urlunparse urlunsplit"
    ),
    "uuid": _words("UUID uuid3 uuid4 uuid5"),
    "zoneinfo": _words("ZoneInfo ZoneInfoNotFoundError"),
}
"""What may be called, and be told by `isinstance` and `except`, by module. Dots for class methods.

It may not be passed about: who holds a module, a class or a function as a value can change it.
"""

CONSTANTS: Mapping[str, frozenset[str]] = {
    "datetime": _words(
        "MAXYEAR MINYEAR UTC date.max date.min datetime.max datetime.min timedelta.max"
        " timedelta.min timezone.utc"
    ),
    "decimal": _words(
        "ROUND_CEILING ROUND_DOWN ROUND_FLOOR ROUND_HALF_DOWN ROUND_HALF_EVEN ROUND_HALF_UP"
        " ROUND_UP"
    ),
    "math": _words("e inf nan pi tau"),
    "re": _words(
        "A ASCII DOTALL I IGNORECASE L LOCALE M MULTILINE S U UNICODE VERBOSE X"
    ),
    "string": _words(
        "ascii_letters ascii_lowercase ascii_uppercase digits hexdigits octdigits printable"
        " punctuation whitespace"
    ),
    "typing": _words("TYPE_CHECKING"),
    "uuid": _words("NAMESPACE_DNS NAMESPACE_OID NAMESPACE_URL NAMESPACE_X500"),
}  # fmt: skip
"""What may be used in any way, by module."""

DECORATORS: Mapping[str, frozenset[str]] = {
    "abc": _words("abstractmethod"),
    "dataclasses": _words("dataclass"),
    "enum": _words("unique"),
    "functools": _words("cache cached_property lru_cache total_ordering wraps"),
    "typing": _words("final no_type_check overload"),
}
"""What may stand above a definition. Some of it changes what it is given."""

BASES: Mapping[str, frozenset[str]] = {
    "abc": _words("ABC"),
    "enum": _words("Enum IntEnum StrEnum"),
    "typing": _words("NamedTuple TypedDict"),
}
"""What a class may be made from, besides `object`, exceptions and the source's own classes."""

BUILTINS = _words(
    "abs all any ascii bin bool bytearray bytes callable chr classmethod complex dict divmod"
    " enumerate filter float format frozenset hash hex id int iter len list map max min next object"
    " oct ord pow print property range repr reversed round set slice sorted staticmethod str sum"
    " tuple zip Ellipsis NotImplemented __doc__ __file__ __name__"
)
"""Names that stand for something harmless in every module, beside the exceptions."""

ATTRIBUTES = _words(
    # text and bytes
    "capitalize casefold center count decode encode endswith expandtabs find format format_map"
    " fromhex hex index isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric"
    " isprintable isspace istitle isupper join ljust lower lstrip maketrans partition removeprefix"
    " removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith"
    " strip swapcase title translate upper zfill"
    # numbers
    " as_integer_ratio bit_count bit_length conjugate denominator from_bytes imag is_integer"
    " numerator real to_bytes compare quantize is_nan is_finite is_zero normalize"
    # collections
    " add append appendleft clear copy difference difference_update discard elements extend"
    " extendleft fromkeys get insert intersection intersection_update isdisjoint issubset"
    " issuperset items keys most_common move_to_end pop popitem popleft remove reverse rotate"
    " setdefault sort subtract symmetric_difference symmetric_difference_update total union update"
    " values _asdict _replace"
    # dates and times
    " astimezone ctime date day days dst fold hour isocalendar isoformat isoweekday microsecond"
    " microseconds minute month second seconds strftime time timestamp timetuple timetz toordinal"
    " total_seconds tzinfo tzname utcoffset utctimetuple weekday year years months weeks hours"
    " minutes tm_year tm_mon tm_mday tm_hour tm_min tm_sec tm_wday tm_yday tm_isdst"
    # regular expressions
    " end expand findall finditer flags fullmatch group groupdict groupindex groups lastgroup"
    " lastindex match pattern pos search span start string sub subn"
    # addresses
    " address_exclude broadcast_address compressed exploded hosts hostmask ip ipv4_mapped"
    " is_global is_link_local is_loopback is_multicast is_private is_reserved is_site_local"
    " is_unspecified max_prefixlen netmask network network_address num_addresses overlaps packed"
    " prefixlen reverse_pointer sixtofour subnet_of subnets supernet supernet_of teredo version"
    " with_hostmask with_netmask with_prefixlen"
    # URLs, UUIDs, hashes, templates, exceptions, enumerations, properties
    " fragment geturl hostname netloc params password path port query scheme username"
    " bytes int variant digest hexdigest safe_substitute substitute args name value setter"
    " colno doc lineno msg reason"
    # policyuniverse
    " account_number action_summary actions actions_expanded condition_accounts condition_arns"
    " condition_cidrs condition_entries condition_orgids condition_userids condition_vpces"
    " condition_vpcs category effect error internet_accessible_actions is_internet_accessible"
    " is_condition_internet_accessible partition principals region resources service statement"
    " statements tech uses_not_principal whos_allowed"
)
"""Attributes of values that are passed about: those of plain values, and of what libraries make."""

REACHING = _words("cache cache_clear cache_info clear_cache func mro obj register")
"""Attributes that are none of a policy's business even where its own classes have them too."""

REACHING_PREFIXES = ("ag_", "co_", "cr_", "f_", "func_", "gi_", "im_", "tb_")
"""Those of frames, code and generators, likewise."""
