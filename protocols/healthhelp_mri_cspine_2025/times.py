"""The conditions of this edition that depend on the date of the study."""

from spine_vigil.scheduler.editions.vocabulary import AgeAtMost, Ongoing, Tried, UpTo, days, months, weeks

PEDIATRIC = AgeAtMost(21)
CARE_TRIED = Tried("conservative_care_start", "conservative_care_end", least=weeks(6), recent=months(6))
CARE_ONGOING = Ongoing("conservative_care_start", "conservative_care_end")
POST_SURGICAL = UpTo("cervical_spine_surgery_date", days(90))
RECENT_STENT = UpTo("intravascular_stent_date", weeks(6))
