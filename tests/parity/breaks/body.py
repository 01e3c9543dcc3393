"""Breaks of a policy's Python file, and of the global it imports."""

from __future__ import annotations

from tests.parity.breaks.copy import (
    BODY,
    SPEC,
    VERDICT,
    WORDS,
    WORDS_SPEC,
    Break,
    Copy,
    named,
    replacing,
)


def _verdicts(*lines: tuple[str, str]) -> list[Break]:
    """Breaks that put other lines in place of the one that decides."""
    return replacing("body", BODY, [(name, VERDICT, text) for name, text in lines])


def body_missing(copy: Copy) -> None:
    copy.delete(BODY)


def body_empty(copy: Copy) -> None:
    copy.write(BODY, "")


def body_not_utf8(copy: Copy) -> None:
    copy.write_bytes(BODY, b"NAME = '\xff'\n" + copy.read(BODY).encode())


def body_declares_latin1(copy: Copy) -> None:
    text = "# coding: latin-1\nCITY = 'Köln'\n" + copy.read(BODY)
    copy.write_bytes(BODY, text.encode("latin-1"))


def body_with_nul(copy: Copy) -> None:
    copy.append(BODY, "\0")


def body_with_bom(copy: Copy) -> None:
    copy.write(BODY, "\ufeff" + copy.read(BODY))


def body_with_crlf(copy: Copy) -> None:
    copy.write(BODY, copy.read(BODY).replace("\n", "\r\n"))


def body_in_the_parent_folder(copy: Copy) -> None:
    copy.rename(BODY, "policies/bucket_private.py")
    copy.replace(SPEC, "Filename: bucket_private.py", "Filename: ../bucket_private.py")


def body_without_py_ending(copy: Copy) -> None:
    copy.rename(BODY, "policies/aws_s3_policies/bucket_private.txt")
    copy.replace(SPEC, "Filename: bucket_private.py", "Filename: bucket_private.txt")


def body_is_a_folder(copy: Copy) -> None:
    copy.delete(BODY)
    (copy.root / BODY).mkdir()


def policy_is_a_callable_object(copy: Copy) -> None:
    copy.append(
        BODY,
        "\n\nclass Judge:\n    def __call__(self, resource):\n        return True\n\n\n"
        "policy = Judge()\n",
    )


def policy_is_a_lambda(copy: Copy) -> None:
    copy.append(BODY, "\n\npolicy = lambda resource: resource['Name'] == 'ledger'\n")


def policy_is_a_constant(copy: Copy) -> None:
    copy.append(BODY, "\n\npolicy = True\n")


def policy_is_a_generator(copy: Copy) -> None:
    copy.replace(BODY, VERDICT, "    yield PUBLIC_GROUP not in grantees(resource)\n")


def module_state_is_shared_by_tests(copy: Copy) -> None:
    copy.replace(BODY, 'ALLOWED = ["website"]\n', 'ALLOWED = ["website"]\nSEEN = []\n')
    copy.replace(BODY, VERDICT, "    SEEN.append(1)\n    return len(SEEN) > 1\n")


def global_state_is_shared_by_tests(copy: Copy) -> None:
    copy.append(WORDS, "\n\nSEEN = []\n")
    copy.replace(BODY, "import json\n", "import json\nimport bucket_words\n")
    copy.replace(
        BODY, VERDICT, "    bucket_words.SEEN.append(1)\n    return len(bucket_words.SEEN) > 1\n"
    )


def dataclass_with_future_annotations(copy: Copy) -> None:
    copy.write(
        BODY,
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        + copy.read(BODY)
        + "\n\n@dataclass\nclass Grant:\n    name: str\n",
    )


def module_knows_its_name(copy: Copy) -> None:
    copy.append(BODY, "\n\nNAME = __name__\n")
    copy.replace(BODY, 'return resource["Name"]\n\n\ndef severity', "return NAME\n\n\ndef severity")


def module_looks_itself_up(copy: Copy) -> None:
    copy.replace(BODY, "import json\n", "import json\nimport sys\n")
    copy.replace(BODY, VERDICT, "    return __name__ in sys.modules\n")


def pickles_an_own_class(copy: Copy) -> None:
    copy.append(BODY, "\n\nclass Own:\n    pass\n")
    copy.replace(BODY, VERDICT, "    import pickle\n    pickle.dumps(Own())\n    return True\n")


def imports_its_neighbour(copy: Copy) -> None:
    copy.replace(BODY, "import json\n", "import json\nimport password_age\n")


def imports_the_global_by_its_file(copy: Copy) -> None:
    copy.replace(WORDS_SPEC, "GlobalID: bucket_words", "GlobalID: words_of_buckets")


def global_shadowed_by_the_standard_library(copy: Copy) -> None:
    copy.replace(WORDS_SPEC, "GlobalID: bucket_words", "GlobalID: colorsys")
    copy.replace(BODY, "from bucket_words", "from colorsys")


def global_named_like_a_package_of_ours(copy: Copy) -> None:
    copy.replace(WORDS_SPEC, "GlobalID: bucket_words", "GlobalID: worker")
    copy.replace(BODY, "from bucket_words", "from worker")


def global_named_engine(copy: Copy) -> None:
    copy.replace(WORDS_SPEC, "GlobalID: bucket_words", "GlobalID: engine")
    copy.replace(BODY, "from bucket_words", "from engine")


def global_named_json(copy: Copy) -> None:
    copy.replace(WORDS_SPEC, "GlobalID: bucket_words", "GlobalID: json")
    copy.replace(BODY, "from bucket_words", "from json")


def global_body_missing(copy: Copy) -> None:
    copy.delete(WORDS)


def global_raises_on_import(copy: Copy) -> None:
    copy.append(WORDS, "\n\nraise RuntimeError('the helper is not ready')\n")


def global_has_a_syntax_error(copy: Copy) -> None:
    copy.append(WORDS, "\n\ndef broken(:\n")


def global_without_id(copy: Copy) -> None:
    copy.replace(WORDS_SPEC, "GlobalID: bucket_words\n", "")


def global_imports_what_is_not_there(copy: Copy) -> None:
    copy.write(WORDS, "import no_such_module\n" + copy.read(WORDS))


def global_spec_missing(copy: Copy) -> None:
    copy.delete(WORDS_SPEC)


def two_globals_with_one_id(copy: Copy) -> None:
    copy.write("global_helpers/zz_words.yml", copy.read(WORDS_SPEC))


def _add_unused_global(copy: Copy) -> None:
    copy.write(
        "global_helpers/unused.yml",
        "AnalysisType: global\nFilename: unused.py\nGlobalID: unused\n",
    )


def unused_global_has_a_syntax_error(copy: Copy) -> None:
    _add_unused_global(copy)
    copy.write("global_helpers/unused.py", "def broken(:\n")


def unused_global_body_missing(copy: Copy) -> None:
    _add_unused_global(copy)


def unused_global_raises_on_import(copy: Copy) -> None:
    _add_unused_global(copy)
    copy.write("global_helpers/unused.py", "1 / 0\n")


def global_with_an_unknown_key(copy: Copy) -> None:
    copy.append(WORDS_SPEC, "Owner: someone\n")


def global_id_no_module_name(copy: Copy) -> None:
    copy.replace(WORDS_SPEC, "GlobalID: bucket_words", "GlobalID: bucket-words")


def import_error_is_survived(copy: Copy) -> None:
    copy.write(
        BODY,
        "try:\n    import no_such_module\nexcept ImportError:\n    no_such_module = None\n"
        + copy.read(BODY),
    )


BREAKS = [
    *_verdicts(
        ("wrong-verdict", VERDICT.replace("not in", "in")),
        ("returns-none", "    grantees(resource)\n"),
        ("returns-int", "    return int(PUBLIC_GROUP not in grantees(resource))\n"),
        ("returns-text", "    return 'yes'\n"),
        ("returns-the-list", "    return grantees(resource)\n"),
        ("returns-not-implemented", "    return NotImplemented\n"),
        ("raises-type-error", "    return [g for g in resource.get('Nothing')]\n"),
        ("raises-key-error", "    return resource['ACL']['Grants'] == []\n"),
        ("raises-attribute-error", "    return resource.get('Nothing').get('Grants')\n"),
        ("raises-without-text", "    raise AssertionError\n"),
        ("raises-many-lines", "    raise ValueError('first\\nsecond\\n\\tthird')\n"),
        ("raises-unicode", "    raise ValueError('Zürich ✗ \\x1b[31mred')\n"),
        (
            "raises-chained",
            "    try:\n        1 / 0\n    except ZeroDivisionError as e:\n"
            "        raise ValueError('outer') from e\n",
        ),
        (
            "raises-unprintable",
            "    class Odd(Exception):\n        def __str__(self):\n"
            "            raise RuntimeError('no text')\n    raise Odd\n",
        ),
        ("raises-group", "    raise ExceptionGroup('several', [ValueError('a')])\n"),
        ("raises-stop-iteration", "    raise StopIteration('end')\n"),
        ("raises-generator-exit", "    raise GeneratorExit\n"),
        (
            "raises-own-base-exception",
            "    class Odd(BaseException):\n        pass\n    raise Odd('base')\n",
        ),
        ("system-exit", "    raise SystemExit(3)\n"),
        ("sys-exit-with-text", "    import sys\n    sys.exit('enough')\n"),
        ("keyboard-interrupt", "    raise KeyboardInterrupt\n"),
        ("recursion", "    return policy(resource)\n"),
        (
            "prints",
            "    import sys\n    print('to stdout')\n    print('to stderr', file=sys.stderr)\n"
            + VERDICT,
        ),
        ("logs", "    import logging\n    logging.getLogger().warning('from the log')\n" + VERDICT),
        ("changes-the-resource", "    resource['Name'] = 'changed'\n" + VERDICT),
        ("deletes-from-the-resource", "    resource.pop('Grants')\n    return False\n"),
        ("asks-for-plain-dict", "    return type(resource) is dict\n"),
        ("uses-event-methods", "    return resource.deep_get('Owner', 'DisplayName') is None\n"),
        ("endless-loop", "    while True:\n        pass\n"),
        ("exits-the-process", "    import os\n    os._exit(3)\n"),
    ),
    *replacing(
        "body",
        BODY,
        [
            ("syntax-error", "def policy(resource):", "def policy(resource)"),
            ("indentation-error", "    if resource", "      if resource"),
            ("missing-module", "import json\n", "import json\nimport no_such_module\n"),
            ("missing-name", "PUBLIC_GROUP, grantees,", "PUBLIC_GROUP, grantee,"),
            ("relative-import", "import json\n", "import json\nfrom . import password_age\n"),
            ("raises-on-import", "import json\n", "import json\n\n1 / 0\n"),
            ("system-exit-on-import", "import json\n", "import json\n\nraise SystemExit(7)\n"),
            ("prints-on-import", "import json\n", "import json\n\nprint('imported')\n"),
            ("no-policy", "def policy(resource):", "def check(resource):"),
            ("misspelt-policy", "def policy(resource):", "def polcy(resource):"),
            ("policy-in-capitals", "def policy(resource):", "def Policy(resource):"),
            ("takes-nothing", "def policy(resource):", "def policy():\n    resource = {}"),
            ("takes-two", "def policy(resource):", "def policy(resource, context):"),
            ("takes-any", "def policy(resource):", "def policy(*args):\n    resource = args[0]"),
            ("keyword-only", "def policy(resource):", "def policy(*, resource):"),
            ("default-second", "def policy(resource):", "def policy(resource, extra=None):"),
            ("is-async", "def policy(resource):", "async def policy(resource):"),
        ],
    ),
    *named(
        "body",
        body_missing,
        body_empty,
        body_not_utf8,
        body_declares_latin1,
        body_with_nul,
        body_with_bom,
        body_with_crlf,
        body_in_the_parent_folder,
        body_without_py_ending,
        body_is_a_folder,
        policy_is_a_callable_object,
        policy_is_a_lambda,
        policy_is_a_constant,
        policy_is_a_generator,
        module_state_is_shared_by_tests,
        global_state_is_shared_by_tests,
        dataclass_with_future_annotations,
        module_knows_its_name,
        module_looks_itself_up,
        pickles_an_own_class,
        imports_its_neighbour,
        imports_the_global_by_its_file,
        import_error_is_survived,
    ),
    *named(
        "global",
        global_shadowed_by_the_standard_library,
        global_named_like_a_package_of_ours,
        global_named_engine,
        global_named_json,
        global_body_missing,
        global_raises_on_import,
        global_has_a_syntax_error,
        global_without_id,
        global_imports_what_is_not_there,
        global_spec_missing,
        two_globals_with_one_id,
        unused_global_has_a_syntax_error,
        unused_global_body_missing,
        unused_global_raises_on_import,
        global_with_an_unknown_key,
        global_id_no_module_name,
    ),
]
