from panther_engine.authoring.forms.filling import (
    begin_copy,
    begin_metadata,
    begin_new,
    begin_rename,
    fill,
    metadata_of,
    policy_of,
)
from panther_engine.authoring.forms.texts import NO
from panther_engine.values.forms import Held, Surroundings

AROUND = Surroundings(
    ids=(("A.B", "policies/a_b.yml"), ("A.BCopy", "policies/a_b_copy.yml")),
    folders=("policies/s3",),
    usual=(("AWS.S3.Bucket", "policies/s3"),),
)


def test_id_folder_and_field_follow_name_and_type_until_they_are_typed_over() -> None:
    form = fill(begin_new(AROUND, "policies/here"), "DisplayName", "AWS S3 Bucket Versioning")
    assert (form.texts["PolicyID"], form.texts["Folder"]) == (
        "AWS.AWSS3BucketVersioning".replace("AWS.AWS", "AWS."), "policies/here",
    )  # fmt: skip
    form = fill(form, "ResourceTypes", "AWS.S3.Bucket")
    assert form.texts["PolicyID"] == "AWS.S3.Bucket.Versioning"
    assert form.texts["Folder"] == "policies/s3"
    assert form.texts["Field"]
    assert form.places[1] == "policies/s3/aws_s3_bucket_versioning.py"
    form = fill(fill(form, "PolicyID", "My.Own"), "Folder", "policies/mine")
    form = fill(fill(form, "DisplayName", "Another"), "ResourceTypes", "AWS.KMS.Key")
    assert (form.texts["PolicyID"], form.texts["Folder"]) == ("My.Own", "policies/mine")
    form = fill(fill(form, "PolicyID", ""), "DisplayName", "Rotation")
    assert form.texts["PolicyID"] == "AWS.KMS.Key.Rotation"
    assert form.faults == {}


def test_a_type_that_is_typed_by_halves_suggests_nothing_yet() -> None:
    form = fill(begin_new(AROUND, "policies/here"), "DisplayName", "Versioning")
    for end in range(len("AWS.S3.Bucket")):
        form = fill(form, "ResourceTypes", "AWS.S3.Bucket"[:end])
        assert form.texts["PolicyID"] == "AWS.Versioning"
        assert form.texts["Folder"] == "policies/here"
    assert fill(form, "ResourceTypes", "AWS.S3.Bucket").texts["Folder"] == "policies/s3"


def test_only_what_was_typed_would_be_lost() -> None:
    form = begin_new(AROUND)
    assert not form.has_changed
    typed = fill(form, "DisplayName", "A")
    assert typed.has_changed
    assert not fill(typed, "DisplayName", "").has_changed


def test_a_filled_form_is_a_new_policy() -> None:
    form = begin_new(AROUND)
    for key, text in {
        "DisplayName": "Versioning", "ResourceTypes": "AWS.S3.Bucket, ", "Enabled": NO,
        "Reports": "CIS=1, PCI=2, CIS=3", "Tags": "AWS, S3, ", "Field": "",
    }.items():  # fmt: skip
        form = fill(form, key, text)
    policy, folder = policy_of(form)
    assert folder == "policies/s3"
    assert policy.resource_types == ("AWS.S3.Bucket",)
    assert policy.reports == (("CIS", ("1", "3")), ("PCI", ("2",)))
    assert (policy.enabled, policy.tags, policy.field) == (False, ("AWS", "S3"), "")


def test_a_form_of_a_spec_changes_what_was_typed_and_leaves_what_is_locked() -> None:
    held = Held(
        (("PolicyID", "A.B"), ("Severity", "High"), ("Tags", [1]), ("Reports", {"CIS": [1.1]})),
        (("Tags", "odd"),),
    )
    form = begin_metadata(held, AROUND)
    assert metadata_of(form, held).values == ()
    form = fill(fill(form, "Severity", "Low"), "Reports", "CIS=1.1, CIS=2")
    assert metadata_of(form, held).values == (("Severity", "Low"), ("Reports", {"CIS": [1.1, "2"]}))
    assert metadata_of(fill(form, "Reports", ""), held).removed == ("Reports",)
    assert form.faults == {}
    assert fill(form, "Severity", "").faults == {"Severity": "needed"}


def test_a_copy_has_an_id_that_is_free_and_another_id_must_be() -> None:
    assert begin_copy("A.B", "", "policies", AROUND).texts["PolicyID"] == "A.BCopy2"
    form = begin_rename("A.B", AROUND)
    assert form.faults == {}
    assert "taken" in fill(form, "PolicyID", "A.BCopy").faults["PolicyID"]
