from datetime import date, timedelta

MAX_AGE = timedelta(days=90)


# A function of its own, so that tests can put a mock in its place. Without one, a test that
# is green today would be red in three months.
def today():
    return date.today().isoformat()


def too_old(rotated):
    return date.fromisoformat(today()) - date.fromisoformat(rotated[:10]) > MAX_AGE


def policy(resource):
    report = resource.get("CredentialReport") or {}
    return not any(
        report.get(f"AccessKey{number}Active") and too_old(report[f"AccessKey{number}LastRotated"])
        for number in (1, 2)
    )
