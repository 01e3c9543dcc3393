"""Breaks of where files lie."""

from __future__ import annotations

from tests.parity.breaks.copy import BODY, SPEC, WORDS, WORDS_SPEC, Copy, named


def policies_in_a_folder_without_the_word(copy: Copy) -> None:
    copy.rename("policies", "checks")
    copy.rename("checks/aws_s3_policies", "checks/buckets")
    copy.rename("checks/aws_account_policies", "checks/accounts")


def policies_in_flat_folders(copy: Copy) -> None:
    copy.rename("policies/aws_s3_policies", "aws_s3_policies")
    copy.rename("policies/aws_account_policies", "aws_account_policies")


def policies_under_analysis(copy: Copy) -> None:
    copy.rename("policies", "analysis/policies")


def policies_in_the_root(copy: Copy) -> None:
    copy.rename(SPEC, "bucket_private.yml")
    copy.rename(BODY, "bucket_private.py")


def policies_deep_below(copy: Copy) -> None:
    copy.rename("policies/aws_s3_policies", "policies/a/b/c")


def policies_in_a_hidden_folder(copy: Copy) -> None:
    copy.rename("policies/aws_s3_policies", "policies/.old")


def policies_in_pycache(copy: Copy) -> None:
    copy.rename("policies/aws_s3_policies", "policies/__pycache__")


def policies_in_a_linked_folder(copy: Copy) -> None:
    copy.rename("policies/aws_s3_policies", "elsewhere/buckets")
    (copy.root / "policies/linked").symlink_to("../elsewhere/buckets")


def spec_is_a_link(copy: Copy) -> None:
    copy.rename(SPEC, "elsewhere/bucket_private.yml")
    (copy.root / SPEC).symlink_to("../../elsewhere/bucket_private.yml")


def policies_in_a_folder_in_capitals(copy: Copy) -> None:
    copy.rename("policies", "Policies")
    copy.rename("Policies/aws_s3_policies", "Policies/S3")


def globals_in_globals(copy: Copy) -> None:
    copy.rename("global_helpers", "globals")


def globals_among_the_policies(copy: Copy) -> None:
    copy.rename(WORDS_SPEC, "policies/aws_s3_policies/bucket_words.yml")
    copy.rename(WORDS, "policies/aws_s3_policies/bucket_words.py")


def globals_below_global_helpers(copy: Copy) -> None:
    copy.rename(WORDS_SPEC, "global_helpers/more/bucket_words.yml")
    copy.rename(WORDS, "global_helpers/more/bucket_words.py")


def ignored_file_names(copy: Copy) -> None:
    copy.rename(SPEC, "policies/aws_s3_policies/dependabot.yml")


def odd_ending(copy: Copy) -> None:
    copy.rename(SPEC, SPEC.replace(".yml", ".yxml"))


def two_endings(copy: Copy) -> None:
    copy.rename(SPEC, SPEC.replace(".yml", ".yml.bak"))


def two_specs_of_one_body(copy: Copy) -> None:
    second = copy.read(SPEC).replace("PolicyID: S3.Bucket.Private", "PolicyID: S3.Bucket.Second")
    copy.write("policies/aws_s3_policies/bucket_second.yml", second)


def other_yaml_beside(copy: Copy) -> None:
    copy.write("policies/aws_s3_policies/settings.yml", "region: eu-central-1\n")


def broken_yaml_beside(copy: Copy) -> None:
    copy.write("policies/aws_s3_policies/settings.yml", "region: [\n")


def broken_yaml_elsewhere(copy: Copy) -> None:
    copy.write("docs/settings.yml", "region: [\n")


def rule_beside(copy: Copy) -> None:
    copy.write(
        "rules/login.yml",
        "AnalysisType: rule\nFilename: login.py\nRuleID: S3.Bucket.Private\nEnabled: true\n"
        "LogTypes: [AWS.CloudTrail]\nSeverity: High\nDedupPeriodMinutes: 60\nThreshold: 1\n",
    )
    copy.write("rules/login.py", "def rule(event):\n    return False\n")


def nothing_at_all(copy: Copy) -> None:
    for path in sorted(copy.root.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


READS_WORDS = "from pathlib import Path\nPath(__file__).with_name('words.txt').read_text()\n"
LOOKS_ROUND = (
    "import os\n"
    "BESIDE = [os.path.basename(__file__), sorted(os.listdir(os.path.dirname(__file__)))]\n"
)
TELLS = "\n\ndef title(resource):\n    import bucket_words\n\n    return str(bucket_words.BESIDE)\n"


def global_reads_a_file_beside_it(copy: Copy) -> None:
    copy.write("global_helpers/words.txt", "public-read")
    copy.write(WORDS, READS_WORDS + copy.read(WORDS))


def global_looks_round_beside_it(copy: Copy) -> None:
    copy.write("global_helpers/words.txt", "public-read")
    copy.write(WORDS, LOOKS_ROUND + copy.read(WORDS))
    copy.write(BODY, copy.read(BODY) + TELLS)


def body_reads_a_file_beside_it(copy: Copy) -> None:
    copy.write("policies/aws_s3_policies/words.txt", "public-read")
    copy.write(BODY, READS_WORDS + copy.read(BODY))


def only_globals(copy: Copy) -> None:
    for path in sorted((copy.root / "policies").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


BREAKS = named(
    "layout",
    policies_in_a_folder_without_the_word,
    policies_in_flat_folders,
    policies_under_analysis,
    policies_in_the_root,
    policies_deep_below,
    policies_in_a_hidden_folder,
    policies_in_pycache,
    policies_in_a_linked_folder,
    spec_is_a_link,
    policies_in_a_folder_in_capitals,
    globals_in_globals,
    globals_among_the_policies,
    globals_below_global_helpers,
    ignored_file_names,
    odd_ending,
    two_endings,
    two_specs_of_one_body,
    other_yaml_beside,
    broken_yaml_beside,
    broken_yaml_elsewhere,
    rule_beside,
    nothing_at_all,
    global_reads_a_file_beside_it,
    global_looks_round_beside_it,
    body_reads_a_file_beside_it,
    only_globals,
)
