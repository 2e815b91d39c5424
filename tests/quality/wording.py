"""How made-up providers word their made-up services: kind → topic, titles, descriptions, ages, prices, when.

Written without a look at the search's own tables: many of these titles say nothing of the kind, as in life.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """One kind.

    Attributes:
        ages: (lowest, highest) in months, None = open; one is chosen.
        prices: pence; 0 = free, None = not said.
        share: how many of a thousand services are of this kind.
        dated: whether it has sessions.
    """

    topic: str
    titles: tuple[str, ...]
    descriptions: tuple[str, ...]
    ages: tuple[tuple[int | None, int | None], ...]
    prices: tuple[int | None, ...]
    share: int
    dated: bool = True
    booking: str = "either"


def _w(topic: str, titles: str, descriptions: str, ages: tuple, prices: tuple, share: int, dated: bool = True, booking: str = "either") -> Wording:
    def cut(text: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in text.split("|"))

    return Wording(f"find_{topic}", cut(titles), cut(descriptions), ages, prices, share, dated, booking)


BABY, WALKER, UNDER5, ANY = (0, 12), (12, 36), (0, 59), (None, None)

KINDS: dict[str, Wording] = {
    "stay_and_play": _w(
        "activities",
        "Stay and Play|Toddler Time|Tiny Tots|Little Acorns Parent and Toddler Group|Play and Stay|Tots and Toys|Church Hall Toddlers|Rascals Toddler Group|Monday Mites Playgroup",
        "Toys, snack and a chat for grown-ups while the little ones play.|A friendly group with toys, books and a song at the end. Tea for parents.|Come along and play together. Under-fives must stay with their adult.",
        (UNDER5, (6, 48), WALKER, (0, 48)), (0, 0, 100, 200, 250), 110,
    ),
    "baby_group": _w(
        "activities",
        "Baby Club|Babies and Bumps|New Babies Together|Little Sparks Baby Group|Tummy Time Baby Group|Under Ones Club",
        "A gentle group for parents with a baby who is not yet walking.|Mats, soft toys and a warm drink for you. Babies under one only.",
        (BABY, (0, 11), (0, 9)), (0, 0, 100, 150), 50,
    ),
    "baby_massage": _w(
        "activities",
        "Baby Massage|Infant Massage Course|Gentle Touch Baby Massage|Baby Massage for Beginners|Loving Hands",
        "Learn strokes to soothe wind and help your baby relax. Bring a towel; baby massage oil is provided.|A baby massage session with a trained practitioner.",
        ((1, 9), (0, 12), (2, 8)), (0, 0, 500, 800), 35, True, "book",
    ),
    "baby_sensory": _w(
        "activities",
        "Baby Sensory|Twinkle Sensory Play|Sensory Explorers Baby Class|Light and Sound Sensory Session|Baby Senses",
        "Lights, bubbles, textures and music: sensory play for babies.|A sensory class with bubbles and black-and-white toys.",
        (BABY, (0, 13), (3, 15)), (0, 300, 450, 700), 40,
    ),
    "baby_yoga": _w(
        "activities", "Mum and Baby Yoga|Baby Yoga|Stretchy Babies Yoga",
        "Gentle yoga moves for you and your baby.", ((2, 12), (3, 14)), (400, 600, 0), 20, True, "book",
    ),
    "rhyme_time": _w(
        "activities",
        "Baby Bounce and Rhyme|Library Rhyme Time|Rhymes and Songs|Singing Babies|Bounce and Sing|Jolly Jingles Singing Group",
        "Songs, rhymes and actions for babies and toddlers.|Half an hour of nursery rhymes at the library. Just turn up.",
        ((0, 24), UNDER5, (0, 36)), (0, 0, 0, 100), 60, True, "drop-in",
    ),
    "story_time": _w(
        "activities", "Library Story Time|Storytime for Under Fives|Once Upon a Tuesday Stories|Picture Book Story Time",
        "Stories and a craft at the library.|We read two picture books together.", ((24, 59), (18, 59), (12, 59)), (0, 0, 0), 35, True, "drop-in",
    ),
    "messy_play": _w(
        "activities", "Messy Play|Messy Monkeys|Splodge Messy Play|Gloop and Goo Messy Fun|Little Splatters",
        "Messy play with paint, jelly and foam. Wear old clothes.|Paint, gloop and messy fun; we do the cleaning up.",
        ((6, 48), (9, 59), WALKER), (0, 200, 350, 500), 40,
    ),
    "swimming": _w(
        "activities", "Parent and Baby Swim|Ducklings Swimming Lessons|Water Babies Splash|Little Fins Swim School|Family Splash Session|Puddle Ducks Swimming",
        "Swimming in the small warm pool with your child.|Lessons in the teaching pool. Swim nappies needed.",
        ((3, 36), (4, 59), (0, 24), (36, 59)), (350, 450, 725, 0), 45,
    ),
    "soft_play": _w(
        "activities", "Soft Play|Jungle Soft Play|Bouncy Castle and Soft Play Morning|Softplay for Under Fives",
        "Soft play with ball pool and slides.|Soft play shapes, a ball pool and a bouncy castle.", (UNDER5, (6, 59), (0, 48)), (150, 300, 500), 30,
    ),
    "music_dance": _w(
        "activities", "Mini Music Makers|Toddler Dance|Baby Ballet|Boogie Beat Music and Movement|Little Drummers Music Session",
        "Music and movement with instruments.|A dance class for little feet.", ((12, 59), (24, 59), (18, 48)), (0, 300, 500, 650), 35,
    ),
    "outdoor": _w(
        "activities", "Forest School Tots|Muddy Boots Outdoor Play|Nature Explorers|Buggy Walk in the Park|Woodland Tots",
        "Outdoor play in all weathers: mud kitchen, dens and bugs.|Meet at the park gate. Outdoor play and a walk.", ((12, 59), UNDER5, (24, 59)), (0, 0, 200, 500), 35,
    ),
    "crafts": _w(
        "activities", "Tots Craft Club|Little Makers Arts and Crafts|Family Craft Morning",
        "Glue, glitter and cutting: crafts for small hands.", ((24, 59), (30, 71), (18, 59)), (0, 100, 250), 25,
    ),
    "sports": _w(
        "activities", "Mini Kickers Football|Gym Tots|Tumble Tots Gymnastics|Rugby Tots|Little Movers Multi-sport Club",
        "Ball skills and fun football for pre-school children.|A soft gymnastics session for toddlers with an adult.", ((18, 59), (24, 59), (30, 60)), (0, 300, 500, 600), 35,
    ),
    "school_age_club": _w(
        "activities", "After School Football Club|Junior Swim Squad|Youth Craft Club|Saturday Dance Academy",
        "For school children only.", ((60, 131), (84, 143), (96, 191)), (0, 300, 500), 40,
    ),
    "breastfeeding": _w(
        "infant_feeding", "Breastfeeding Drop-in|Baby Café|Milk Spot Breastfeeding Support|Latch On Feeding Support|Infant Feeding Clinic",
        "Help with latch, supply and sore nipples from trained peer supporters. Partners welcome.|Breastfeeding support with a lactation consultant.", ((0, 24), ANY, (0, 12)), (0, 0, 0), 25, True, "drop-in",
    ),
    "tongue_tie": _w(
        "infant_feeding", "Tongue Tie Clinic|Tongue Tie Assessment", "Feeding assessment and tongue tie division. Ask about breastfeeding too.", ((0, 6), (0, 3)), (0, None), 6, True, "book",
    ),
    "weaning": _w("nutrition", "Weaning Workshop|Starting Solids|First Tastes Weaning Session", "When and how to start solid food.", ((4, 12), (3, 11)), (0, 0), 12, True, "book"),
    "cooking": _w("nutrition", "Cook and Eat|Family Cooking on a Budget|Healthy Meals Cookery Class", "Cook a cheap, healthy meal together and take it home.", (ANY, UNDER5), (0, 0, 200), 12, True, "book"),
    "speech": _w(
        "speech_language", "Chatter Matters|Early Talkers Drop-in|Speech and Language Therapy Drop-in|Little Chatterboxes Early Talk Group",
        "For parents who are worried about their child's talking.|Games that help little ones to talk.", ((12, 59), (18, 48), (24, 59)), (0, 0), 20,
    ),
    "autism": _w(
        "send_support", "Autism Friendly Play|Autism Parents' Circle|Neurodivergent Tots|SEND Stay and Play", "A calm group for children with autism or waiting for an assessment.", (UNDER5, (24, 71), ANY), (0, 0, 200), 16,
    ),
    "sensory_room": _w("send_support", "Sensory Room Sessions|Multi-sensory Room Hire", "Book the sensory room for a child with additional needs.", (UNDER5, ANY), (0, 300), 10, True, "book"),
    "signing": _w("send_support", "Makaton Signing for Families|Makaton Taster", "Learn signs to help your child to communicate.", (ANY, (6, 59)), (0, 0, 500), 8),
    "postnatal": _w(
        "mental_health", "Postnatal Depression Support Group|Mind After Birth: Perinatal Support|Mums Matter Postnatal Wellbeing", "A small group for parents with low mood or anxiety after birth.", ((0, 24), ANY), (0, 0), 14,
    ),
    "counselling": _w("mental_health", "Perinatal Counselling|Talking Therapies for New Parents", "One-to-one counselling.", (ANY,), (0, 0, None), 10, False, "book"),
    "baby_loss": _w("mental_health", "Baby Loss Bereavement Group|Forget-me-not Bereavement Support", "Support after miscarriage, stillbirth or the death of a baby.", (ANY,), (0,), 8),
    "sleep": _w("parenting_support", "Sleep Workshop|Better Bedtimes Sleep Support|Sleep Clinic for Under Fives", "Help when nobody gets any sleep.", ((6, 59), UNDER5, (0, 24)), (0, 0), 14, True, "book"),
    "behaviour": _w(
        "parenting_support", "Incredible Years Parenting Course|Triple P: Positive Parenting|Taming Tantrums|Understanding Behaviour Parenting Group", "A parenting course on tantrums, boundaries and behaviour.", ((12, 59), (24, 71), ANY), (0, 0), 18, True, "book",
    ),
    "potty": _w("parenting_support", "Potty Training Workshop|Ready Steady Potty: Toilet Training", "When to start and how.", ((18, 48), (18, 36)), (0,), 8, True, "book"),
    "antenatal": _w("maternity", "Antenatal Classes|Preparing for Birth and Beyond|Bump to Baby Antenatal Course", "For expectant parents: labour, birth and the first weeks.", (ANY,), (0, 0, None), 14, True, "book"),
    "pregnancy_exercise": _w("maternity", "Pregnancy Yoga|Aquanatal: Exercise in Pregnancy", "Gentle exercise in pregnancy.", (ANY,), (0, 500, 800), 8),
    "weighing": _w("child_health", "Baby Weigh-in|Health Visitor Baby Clinic|Well Baby Weighing Clinic", "Get your baby weighed and ask the health visitor.", ((0, 24), (0, 12), UNDER5), (0,), 24, True, "drop-in"),
    "first_aid": _w("child_health", "Paediatric First Aid|Baby First Aid for Parents|First Aid: Choking and CPR", "What to do when a baby chokes.", (ANY,), (0, 1500, 2500), 12, True, "book"),
    "food_bank": _w("food_help", "Food Bank|St Jude's Foodbank|Emergency Food Parcels|Hope Food Bank", "Food for three days. Referral may be needed.", (ANY,), (0,), 22),
    "pantry": _w("food_help", "Community Pantry|Community Fridge|Neighbours' Food Club|The Larder Food Pantry", "Choose your own shopping for a few pounds.", (ANY,), (350, 500, 0), 16),
    "debt": _w("money_advice", "Debt Advice|Debt Clinic|Free Debt Advice Surgery", "Stop the letters: free help with debt.", (ANY,), (0,), 12),
    "benefits": _w("money_advice", "Benefits Advice Drop-in|Welfare Rights Surgery: Benefits Advice", "Check what you can claim, with Universal Credit forms too.", (ANY,), (0,), 14),
    "energy": _w("money_advice", "Energy Advice and Fuel Vouchers|Warm Homes Energy Advice", "Help with energy bills and prepayment meters.", (ANY,), (0,), 8),
    "clothes": _w("baby_items", "Baby Clothes Bank|Children's Clothing Bank|Clothes Swap for Little Ones", "Good clean clothes for babies and children.", (ANY, (0, 71)), (0, 0, 100), 16),
    "equipment": _w("baby_items", "Baby Bank|Cots and Prams Baby Bank|Little Village Baby Equipment", "Cots, prams and car seats for families who need them.", ((0, 59), ANY), (0,), 14),
    "nappies": _w("baby_items", "Nappy Bank|Nappies for Neighbours Nappy Bank", "Nappies and wipes when money is short.", (ANY, (0, 36)), (0,), 10),
    "toys": _w("baby_items", "Toy Library|Toys to Borrow: the Toy Library", "Borrow toys for a month.", (UNDER5, ANY), (0, 100), 12),
    "childminder": _w("childcare", "Childminder: Mrs Amble|Childminder: Rosie's House|Home from Home Childminding", "Ofsted registered. Funded hours taken.", ((0, 59), (6, 132), (9, 59)), (600, 650, None), 40, False),
    "nursery": _w("childcare", "Little Lambs Day Nursery|Seagulls Pre-school|Bright Start Nursery|Orchard Preschool", "Funded places for two, three and four year olds.", ((24, 59), (3, 59), (30, 59)), (None, 4500), 40, False),
    "mums_group": _w("peer_support", "Mums' Coffee Morning|Parent to Parent Coffee Morning|Mums Group: Cake and Company|New in Town Parents Group", "Meet other parents. Nobody has to bring anything.", (ANY, UNDER5), (0, 0, 100), 22),
    "befriending": _w("peer_support", "Home-Start Befriending|Volunteer Befrienders for Families", "A volunteer visits you at home once a week.", (ANY, UNDER5), (0,), 10, False),
    "young_parents": _w("peer_support", "Young Parents Group|Young Mums' Peer Support", "For mums and dads under 25: peer support and lunch.", (ANY, UNDER5), (0,), 8),
    "dads": _w("dads_support", "Dads and Tots|Saturday Dads' Group|Dad Matters|Bacon Butty Dads Club", "For dads, grandads and male carers with their little ones.", (UNDER5, ANY), (0, 0, 200), 22),
    "housing": _w("housing_help", "Housing Advice|Homelessness Prevention Drop-in|Tenants' Rights Surgery", "Help with eviction, damp and overcrowding.", (ANY,), (0,), 14),
    "esol": _w("learning_work", "ESOL for Parents|English Classes for Beginners|Learn English with Creche|English for Speakers of Other Languages", "English for people who are new to the language. Crèche on site.", ((228, None),), (0, 0, None), 22),
    "job_help": _w("learning_work", "Job Club|Back to Work for Parents|CV and Interviews: Employment Support", "Help with CVs, forms and interviews.", ((192, None), ANY), (0,), 12),
    "asylum_advice": _w("migrant_support", "Refugee Welcome Drop-in|Asylum Advice|Immigration Advice Surgery", "Help for families who seek asylum or have no recourse to public funds.", (ANY,), (0,), 14),
    "relationship": _w("relationship_support", "Separated Parents Mediation|Relationship Counselling|Co-parenting Course", "Help to argue less and to talk about the children.", (ANY,), (0, None, 1500), 10, True, "book"),
    "hub": _w("family_hub", "Family Hub|Children's Centre|Neighbourhood Family Centre", "Advice and support for families, under one roof.", (ANY, (0, 228)), (0,), 12),
}
