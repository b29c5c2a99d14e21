"""The facts that the rules of this edition ask for, each with its meaning in the project's own words.

A patient's facts are the lasting diagnoses and the dates; symptoms, examinations, tests, clinical judgments
and plans belong to one event.
"""

from spine_vigil.scheduler.editions.vocabulary import DATE, EVENT, NUMBER, PATIENT, SYMPTOMS, Fact

CLINICALLY_INDICATED = "clinically_indicated"
HIGH_GRADE = "high_grade"
CALCIUM_RISING = "calcium_rising"
CARCINOID_HEART_DISEASE = "carcinoid_heart_disease"

FACTS = (
    Fact("birth_date", PATIENT, "date of birth", ("MRI 2.b", "MRI 10.c", "MRI 17"), kind=DATE),
    Fact("symptom_onset_date", PATIENT, "date on which the symptoms began", ("MRI 2.b",), kind=DATE),
    Fact("conservative_care_start", PATIENT, "first day of active conservative care", ("MRI 2.a",), kind=DATE),
    Fact(
        "conservative_care_end",
        PATIENT,
        "last day of active conservative care, empty while it goes on",
        ("MRI 2.a",),
        kind=DATE,
    ),
    Fact("cervical_spine_surgery_date", PATIENT, "date of the operation on the cervical spine", ("MRI 13",), kind=DATE),
    Fact(
        "intravascular_stent_date",
        PATIENT,
        "date on which an intravascular stent was placed",
        ("MRI General Contraindications",),
        kind=DATE,
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
    Fact(SYMPTOMS, EVENT, "symptoms are new or progressing", ("Bone", "NET", "Occult primary", "MRI 5.b")),
    Fact(
        CLINICALLY_INDICATED,
        EVENT,
        "the study is clinically indicated",
        ("Bone 1.a", "CNS 4", "NET 2.b", "NET 5", "NET 6", "NET 7.b"),
    ),
    Fact(HIGH_GRADE, PATIENT, "the tumor is of high grade", ("NET 4", "NET 6")),
    Fact(CALCIUM_RISING, EVENT, "serum calcium is rising", ("NET 5.d.iii",)),
    Fact(CARCINOID_HEART_DISEASE, PATIENT, "carcinoid heart disease is known", ("NET 2.b",)),
    Fact(
        "radiculopathy_on_emg_or_ncs",
        EVENT,
        "electromyography or a nerve conduction study shows cervical radiculopathy",
        ("MRI 1",),
    ),
    Fact("neck_pain", EVENT, "the neck is painful", ("MRI 2",)),
    Fact(
        "symptoms_persist_or_worsen", EVENT, "symptoms persist or worsen after active conservative care", ("MRI 2.a.i",)
    ),
    Fact(
        "symptoms_worsened_during_care",
        EVENT,
        "symptoms worsened during the current course of conservative care",
        ("MRI 2.a.ii",),
    ),
    Fact(
        "inflammation_infection_or_malignancy_suspected",
        EVENT,
        "inflammation, infection or malignancy is suspected",
        ("MRI 2.b.i",),
    ),
    Fact("neck_pain_isolated", EVENT, "neck pain is the only complaint", ("MRI 2.b.ii",)),
    Fact("xray_completed", EVENT, "an X-ray has been done", ("MRI 2.b.ii",)),
    Fact("fever", EVENT, "there is fever", ("MRI 2.b.ii.B",)),
    Fact("malaise", EVENT, "there is malaise", ("MRI 2.b.ii.C",)),
    Fact("night_pain", EVENT, "pain at night disrupts sleep", ("MRI 2.b.ii.D",)),
    Fact("constant_pain", EVENT, "the pain is constant", ("MRI 2.b.ii.E",)),
    Fact("postural_change", EVENT, "posture has changed, with kyphosis or scoliosis", ("MRI 2.b.ii.G",)),
    Fact("radicular_pain", EVENT, "the pain radiates along a nerve root", ("MRI 2.b.ii.H",)),
    Fact("morning_stiffness", EVENT, "there is stiffness in the early morning", ("MRI 2.b.ii.I",)),
    Fact("chiari_on_imaging", PATIENT, "earlier imaging shows a Chiari malformation", ("MRI 3",)),
    Fact("brachial_plexopathy", EVENT, "brachial plexopathy is suspected or known", ("MRI 4",)),
    Fact(
        "plexus_injury_includes_cervical_spine",
        EVENT,
        "the injury of the plexus includes the cervical spine",
        ("MRI 4",),
    ),
    Fact(
        "prior_tumor_imaging_abnormal_or_inconclusive",
        EVENT,
        "earlier imaging for tumor or metastasis is abnormal or inconclusive",
        ("MRI 5.a",),
    ),
    Fact("spinal_tumor_known", PATIENT, "a spinal tumor is known", ("MRI 5.b",)),
    Fact("csf_leak_suspected", EVENT, "a leak of cerebrospinal fluid is suspected", ("MRI 6",)),
    Fact("compression_fracture_on_xray", EVENT, "an X-ray shows a compression fracture", ("MRI 7.a",)),
    Fact("compression_fracture_new", EVENT, "the compression fracture is new", ("MRI 7.a",)),
    Fact("neck_pain_worsening", EVENT, "neck pain is worsening", ("MRI 7.a",)),
    Fact("known_malignancy", PATIENT, "a malignancy is known", ("MRI 7.a", "Combination CT and MRI for metastases")),
    Fact("compression_fracture_treated", EVENT, "a known compression fracture has been treated", ("MRI 7.b",)),
    Fact("neck_pain_new", EVENT, "neck pain is new", ("MRI 7.b",)),
    Fact("spinal_infection_suspected_or_known", EVENT, "a spinal infection is suspected or known", ("MRI 8",)),
    Fact(
        "infection_treatment_active",
        EVENT,
        "the infection is under treatment and the response is in question",
        ("MRI 8.a",),
    ),
    Fact(
        "immunosuppressed", EVENT, "the immune system is suppressed and signs point to a spinal infection", ("MRI 8.b",)
    ),
    Fact(
        "prior_infection_imaging_abnormal_or_inconclusive",
        EVENT,
        "earlier imaging of the infection is abnormal or inconclusive",
        ("MRI 8.c",),
    ),
    Fact(
        "infection_signs",
        EVENT,
        "there are signs or symptoms of infection, abnormal laboratory values among them",
        ("MRI 8.d",),
    ),
    Fact("atlantoaxial_disorder_known", PATIENT, "a disorder of the atlantoaxial joint is known", ("MRI 9.a",)),
    Fact("cervical_xray_abnormal", EVENT, "the X-ray of the cervical spine is abnormal", ("MRI 9.a.i",)),
    Fact(
        "cervical_xray_inconclusive", EVENT, "the X-ray of the cervical spine is inconclusive", ("MRI 9.a.i", "MRI 9.d")
    ),
    Fact(
        "neuro_exam_abnormal",
        EVENT,
        "the neurological examination is abnormal",
        ("MRI 9.a.ii", "MRI 9.b", "MRI 9.c", "MRI 11.a"),
    ),
    Fact(
        "neuroinflammatory_condition_suspected_or_known",
        PATIENT,
        "a neuroinflammatory condition is suspected or known",
        ("MRI 9.b",),
    ),
    Fact(
        "rheumatology_evaluation_completed", EVENT, "the rheumatological evaluation is complete", ("MRI 9.b", "MRI 9.d")
    ),
    Fact("rheumatoid_arthritis", PATIENT, "rheumatoid arthritis is known", ("MRI 9.c",)),
    Fact("xray_subluxation", EVENT, "an X-ray shows subluxation", ("MRI 9.c",)),
    Fact("cervical_instability_symptoms", EVENT, "symptoms suggest an unstable cervical spine", ("MRI 9.c",)),
    Fact(
        "spondyloarthropathy_suspected_or_known", PATIENT, "a spondyloarthropathy is suspected or known", ("MRI 9.d",)
    ),
    Fact("ms_suspected_or_known", PATIENT, "multiple sclerosis is suspected or known", ("MRI 10",)),
    Fact("brain_mri_suspicious_for_ms", EVENT, "the brain MRI is suspicious for multiple sclerosis", ("MRI 10.a",)),
    Fact("cord_symptoms_new_or_worsening", EVENT, "symptoms of the cervical cord are new or worsening", ("MRI 10.b",)),
    Fact(
        "pediatric_demyelinating_disease",
        PATIENT,
        "a demyelinating disease of childhood is suspected or known",
        ("MRI 10.c",),
    ),
    Fact("ms_signs_new_or_progressing", EVENT, "signs of multiple sclerosis are new or progressing", ("MRI 10.d",)),
    Fact(
        "ms_treatment_response", EVENT, "the response to treatment of multiple sclerosis is in question", ("MRI 10.d",)
    ),
    Fact("myelopathy_suspected", EVENT, "myelopathy is suspected", ("MRI 11",)),
    Fact("myelopathy_progressing", EVENT, "symptoms or findings of myelopathy are progressing", ("MRI 11.b",)),
    Fact("neuro_deficit_on_exam", EVENT, "the examination shows a neurological deficit", ("MRI 12",)),
    Fact(
        "complication_or_recurrence_evaluation",
        EVENT,
        "a complication or a recurrence after surgery is in question",
        ("MRI 13",),
    ),
    Fact("scoliosis", PATIENT, "scoliosis is known", ("MRI 14",)),
    Fact("scoliosis_atypical_curve", PATIENT, "the curve of the scoliosis is atypical", ("MRI 14.b",)),
    Fact(
        "scoliosis_neuro_deficit", EVENT, "a neurological deficit with scoliosis is new or unexplained", ("MRI 14.c",)
    ),
    Fact("preoperative_planning", EVENT, "an operation is being planned", ("MRI 14.d",)),
    Fact("spinal_deformity_progressive", EVENT, "the deformity of the spine is progressing", ("MRI 14.e",)),
    Fact(
        "treatment_depends_on_imaging",
        EVENT,
        "the treatment depends on the imaging",
        ("MRI 14.f", "Combination CT and MRI cervical spine"),
    ),
    Fact("syrinx_suspected_or_known", PATIENT, "a syrinx is suspected or known", ("MRI 15",)),
    Fact("syrinx_predisposing_condition", PATIENT, "a condition that predisposes to a syrinx is known", ("MRI 15.a",)),
    Fact("prior_syrinx_imaging_abnormal", EVENT, "earlier imaging of the syrinx is abnormal", ("MRI 15.b",)),
    Fact(
        "tethered_cord_suspected_or_known",
        PATIENT,
        "a tethered cord or spinal dysraphism is suspected or known from imaging, examination or the skin",
        ("MRI 16",),
    ),
    Fact("toe_walking", EVENT, "the child walks on the toes", ("MRI 17",)),
    Fact("upper_motor_neuron_signs", EVENT, "there are signs of the upper motor neuron", ("MRI 17",)),
    Fact("nexus_or_ccr_met", EVENT, "the NEXUS or Canadian rules ask for imaging after the injury", ("MRI 18.a",)),
    Fact("ct_initial_done", EVENT, "a CT was done as the first imaging", ("MRI 18.a.i",)),
    Fact("obtunded", EVENT, "the patient is obtunded", ("MRI 18.a.ii",)),
    Fact("ct_negative", EVENT, "the CT is negative", ("MRI 18.a.ii", "MRI 18.a.iv")),
    Fact("spine_unstable", EVENT, "the spine is unstable", ("MRI 18.a.iii",)),
    Fact(
        "cord_or_root_injury_suspected", EVENT, "an injury of the cord or a nerve root is suspected", ("MRI 18.a.iv",)
    ),
    Fact("trauma", EVENT, "there was trauma or an acute injury", ("MRI 18",)),
    Fact(
        "spinal_abnormality_known",
        PATIENT,
        "an abnormality of the spine such as ankylosing spondylitis is known",
        ("MRI 18.b",),
    ),
    Fact(
        "bmi_exceeds_mri_capability",
        EVENT,
        "the body mass index exceeds what the scanner takes",
        ("MRI General Contraindications",),
    ),
    Fact("implanted_device", PATIENT, "a device is implanted", ("MRI General Contraindications",)),
    Fact(
        "device_mri_conditional", PATIENT, "the implanted device is cleared for MRI", ("MRI General Contraindications",)
    ),
    Fact(
        "bony_and_soft_tissue_abnormality_known",
        EVENT,
        "an abnormality of bone and soft tissue is known",
        ("Combination CT and MRI cervical spine",),
    ),
    Fact(
        "craniocervical_junction_unstable",
        EVENT,
        "the craniocervical junction is unstable",
        ("Combination CT and MRI cervical spine",),
    ),
    Fact(
        "fracture_complex_or_pathological",
        EVENT,
        "a fracture is complex or pathological",
        ("Combination CT and MRI cervical spine",),
    ),
    Fact(
        "malignant_spine_process",
        EVENT,
        "a malignant process of the spine is suspected or known",
        ("Combination CT and MRI cervical spine",),
    ),
    Fact(
        "bony_and_soft_tissue_involved",
        EVENT,
        "both bone and soft tissue are involved",
        ("Combination CT and MRI cervical spine",),
    ),
    Fact(
        "opll_suspected_or_known",
        EVENT,
        "ossification of the posterior longitudinal ligament is suspected or known",
        ("Combination CT and MRI cervical spine",),
    ),
    Fact(
        "staging_evaluation",
        EVENT,
        "the studies are for staging before therapy",
        ("Combination CT and MRI for metastases",),
    ),
)
