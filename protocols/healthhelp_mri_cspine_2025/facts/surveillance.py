"""Facts that the surveillance of a disease asks for."""

from spine_vigil.scheduler.editions.vocabulary import EVENT, PATIENT, SYMPTOMS, Fact

CLINICALLY_INDICATED = "clinically_indicated"
HIGH_GRADE = "high_grade"
CALCIUM_RISING = "calcium_rising"
CARCINOID_HEART_DISEASE = "carcinoid_heart_disease"

FACTS = (
    Fact(
        SYMPTOMS,
        EVENT,
        "symptoms are new or progressing",
        ("Bone", "NET", "Occult primary", "MRI 5.b"),
        denial="no symptoms are new or progressing",
    ),
    Fact(
        CLINICALLY_INDICATED,
        EVENT,
        "the study is clinically indicated",
        ("Bone 1.a", "Bone 2.b", "CNS 4", "NET 2.b", "NET 4.b", "NET 5", "NET 6", "NET 7.b"),
        denial="the study is not clinically indicated",
    ),
    Fact(
        HIGH_GRADE, PATIENT, "the tumor is of high grade", ("NET 4", "NET 6"), denial="the tumor is not of high grade"
    ),
    Fact(CALCIUM_RISING, EVENT, "serum calcium is rising", ("NET 5.d.iii",), denial="serum calcium is not rising"),
    Fact(
        CARCINOID_HEART_DISEASE,
        PATIENT,
        "there is carcinoid heart disease",
        ("NET 2.b",),
        denial="there is no carcinoid heart disease",
    ),
)
