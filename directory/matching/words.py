"""Words of the names of initiatives that say little, and addresses that many share."""

from __future__ import annotations

_LITTLE_WORDS = """
aan bij binnen bv coop cooperatie cooperatieve cv de den der door een eo en het i in io is met nv of
om onder op oprichting over s st stg stich stichting t te ter tot ua uit ver ver. vereniging van
voor vzw wa we wij ons onze mijn jouw
"""

_KIND_WORDS = """
bewonersinitiatief burenhulp burennetwerk burgerinitiatief buurt buurtcollectief buurthuis
buurthuiskamer buurtkamer centrum collectief dagbesteding dagopvang dagplek dorp dorps dorpsbus
dorpscooperatie dorpshuis dorpskamer dorpskring dorpssteunpunt dorpsteam dorpsondersteuning energie
groep hart helpt hofje huis huiskamer hulp herstelplek initiatief inloop inloophuis kamer knarrenhof
kring kwetsbaar leefbaar leefbaarheid leefhoes loket naoberhulp netwerk noaber noaberhulp noaberzorg
noaberzorgpunt ontmoeting ontmoetingsplek ontmoetingspunt plek project punt samen samenwerking
stadsdorp steunpunt sterk thuis vervoer vervoersdienst verzorgt vitaal voorzorgcirkel werkgroep
werkplaats wijk wijkcooperatie wooncooperatie woongemeenschap zorg zorgcoop zorgcooperatie zorgkring
zorgloket zorgpunt zorgt zorgvereniging zorgzaam zorgzame zorgzamer
"""

_SHARED_SITES = """
facebook.com instagram.com linkedin.com twitter.com x.com youtube.com google.com sites.google.com
wordpress.com blogspot.com wixsite.com weebly.com jouwweb.nl webnode.nl linktr.ee hoplr.com
nextdoor.nl mijnbuurtje.nl zorgzamebuurt.nl
"""

_SHARED_MAIL = """
gmail.com googlemail.com hotmail.com hotmail.nl outlook.com outlook.nl live.nl live.com msn.com
yahoo.com icloud.com me.com ziggo.nl kpnmail.nl kpnplanet.nl planet.nl home.nl hetnet.nl xs4all.nl
upcmail.nl casema.nl telfort.nl caiway.nl solcon.nl protonmail.com proton.me
"""

LITTLE_WORDS = frozenset(_LITTLE_WORDS.split())
"""Words that say nothing of which initiative it is: articles, legal forms."""
KIND_WORDS = frozenset(_KIND_WORDS.split())
"""Words that many initiatives share: they say what kind of thing it is."""
SHARED_SITES = frozenset(_SHARED_SITES.split())
"""Sites on which many have a page: there the page counts, not the site."""
SHARED_MAIL = frozenset(_SHARED_MAIL.split())
"""Post offices of many: what stands behind the @ says nothing."""
