"""The facts that the rules of this edition ask for, each with its meaning in own words."""

from scheduler.vocabulary import EVENT, PATIENT, SYMPTOMS, Fact

CLINICALLY_INDICATED = "clinically_indicated"
HIGH_GRADE = "high_grade"
CALCIUM_RISING = "calcium_rising"
CARCINOID_HEART_DISEASE = "carcinoid_heart_disease"

FACTS = (
    Fact(SYMPTOMS, EVENT, "symptoms are new or progressing", ("Bone", "NET", "Occult primary")),
    Fact(CLINICALLY_INDICATED, EVENT, "the study is clinically indicated", ("Bone 1.a", "CNS 4", "NET")),
    Fact(HIGH_GRADE, PATIENT, "the tumor is of high grade", ("NET 4", "NET 6")),
    Fact(CALCIUM_RISING, EVENT, "serum calcium is rising", ("NET 5.d.iii",)),
    Fact(CARCINOID_HEART_DISEASE, PATIENT, "carcinoid heart disease is known", ("NET 2.b",)),
)
