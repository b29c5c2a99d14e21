"""Facts that are dates or numbers."""

from spine_vigil.scheduler.editions.vocabulary import DATE, EVENT, NUMBER, PATIENT, Fact

FACTS = (
    Fact(
        "birth_date",
        PATIENT,
        "date of birth",
        ("MRI 2.b", "MRI 10.c", "MRI 17"),
        kind=DATE,
        happened="the patient was born",
    ),
    Fact(
        "symptom_onset_date",
        EVENT,
        "date on which the symptoms began",
        ("MRI 2.b",),
        kind=DATE,
        happened="the symptoms began",
    ),
    Fact(
        "conservative_care_start",
        EVENT,
        "first day of active conservative care",
        ("MRI 2.a",),
        kind=DATE,
        happened="active conservative care began",
    ),
    Fact(
        "conservative_care_end",
        EVENT,
        "last day of active conservative care, empty while it goes on",
        ("MRI 2.a",),
        kind=DATE,
        happened="active conservative care ended",
    ),
    Fact(
        "cervical_spine_surgery_date",
        PATIENT,
        "date of the operation on the cervical spine",
        ("MRI 13",),
        kind=DATE,
        happened="the operation on the cervical spine took place",
    ),
    Fact(
        "intravascular_stent_date",
        PATIENT,
        "date on which an intravascular stent was placed",
        ("MRI General Contraindications",),
        kind=DATE,
        happened="an intravascular stent was placed",
    ),
    Fact(
        "weight_loss_pct_2_months",
        EVENT,
        "loss of weight within 2 months",
        ("MRI 2.b.ii.J",),
        kind=NUMBER,
        unit="percent",
    ),
    Fact(
        "weight_loss_pct_6_months",
        EVENT,
        "loss of weight within 6 months",
        ("MRI 2.b.ii.J",),
        kind=NUMBER,
        unit="percent",
    ),
    Fact("scoliosis_onset_age", PATIENT, "age at which the scoliosis began", ("MRI 14.a",), kind=NUMBER, unit="years"),
    Fact("kyphosis_degrees", EVENT, "angle of the kyphosis", ("MRI 14.b",), kind=NUMBER, unit="degrees"),
)
