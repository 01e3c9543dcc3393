def policy(resource):
    age = resource.get("MaxPasswordAge")
    return age is not None and age <= 90
