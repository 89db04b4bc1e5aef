"""Every page, in the order of the navigation: whoever has to do with pages loops over it."""

from poolviz.exercises import by_name
from poolviz.stage.page import Page
from poolviz.wings.attention.attend.page import ATTEND
from poolviz.wings.attention.context.page import CONTEXT
from poolviz.wings.attention.denoise.page import DENOISE
from poolviz.wings.attention.exercises.kinds import KINDS as ATTENTION
from poolviz.wings.attention.one_function.page import ONE_FUNCTION
from poolviz.wings.attention.reach.page import REACH
from poolviz.wings.pooling.adaptive.page import ADAPTIVE
from poolviz.wings.pooling.catalogue.page import CATALOGUE
from poolviz.wings.pooling.compare.page import COMPARE
from poolviz.wings.pooling.exercises.kinds import KINDS as POOLING
from poolviz.wings.pooling.global_.page import GLOBAL
from poolviz.wings.pooling.gradients.page import GRADIENTS
from poolviz.wings.pooling.sequences.page import SEQUENCES
from poolviz.wings.pooling.unpooling.page import UNPOOLING
from poolviz.wings.pooling.windows import WINDOWS
from poolviz.wings.pose.affinity.page import AFFINITY
from poolviz.wings.pose.coco_eval.page import COCO_EVAL
from poolviz.wings.pose.decode.page import DECODE
from poolviz.wings.pose.exercises.kinds import KINDS as POSE
from poolviz.wings.pose.field.page import FIELD
from poolviz.wings.pose.hourglass.page import HOURGLASS
from poolviz.wings.pose.oks.page import OKS
from poolviz.wings.pose.photo.page import PHOTO
from poolviz.wings.pose.pose_nms.page import POSE_NMS
from poolviz.wings.pose.stages.page import STAGES_PAGE
from poolviz.wings.pose.surface.page import SURFACE
from poolviz.wings.pose.topdown.page import TOPDOWN
from poolviz.wings.start.glossary import glossary_page
from poolviz.wings.start.home import home_page
from poolviz.wings.start.practise import practise_page
from poolviz.wings.teach.teach import teach_page

_WINGS = (
    WINDOWS, GRADIENTS, UNPOOLING, ADAPTIVE, GLOBAL, SEQUENCES, COMPARE, CATALOGUE, DENOISE, ATTEND,
    ONE_FUNCTION, REACH, CONTEXT, OKS, COCO_EVAL, AFFINITY, STAGES_PAGE, FIELD, HOURGLASS, TOPDOWN,
    DECODE, POSE_NMS, SURFACE, PHOTO,
)  # fmt: skip
KINDS = by_name((*POOLING, *ATTENTION, *POSE))
"""Every kind of exercise that a wing gives, by name, in the order of the menu."""
PRACTISE = practise_page(KINDS, {page.address: page for page in _WINGS})
GLOSSARY = glossary_page((PRACTISE, *_WINGS))
HOME = home_page((PRACTISE, *_WINGS, GLOSSARY))
TEACH = teach_page({page.address: page for page in (*_WINGS, PRACTISE, GLOSSARY, HOME)})
PAGES: tuple[Page, ...] = (HOME, PRACTISE, *_WINGS, TEACH, GLOSSARY)

BY_ADDRESS = {page.address: page for page in PAGES}
