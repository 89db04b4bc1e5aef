"""The words of the field: each with what it means in one sentence, and the page that shows it."""

from dataclasses import dataclass

from poolviz.text import N_, _, language, languages, translated


@dataclass(frozen=True)
class Term:
    """A word, its meaning, and the address of the page where it can be seen."""

    name: str
    meaning: str
    page: str

    def words(self) -> dict[str, str]:
        """The word in every language spoken here, the current one first."""
        codes = sorted(languages(), key=lambda code: code != language())
        return {code: translated(self.name, code) for code in codes}


TERMS = (
    Term(
        N_("pooling"),
        N_("Making a map smaller by writing down one number for each window of it."),
        "windows",
    ),
    Term(
        N_("window"), N_("The cells that are looked at together to write one output."), "windows"
    ),
    Term(N_("cell"), N_("One number of a matrix, at a row and a column."), "windows"),
    Term(N_("kernel size"), N_("How many cells a window spans along an axis."), "windows"),
    Term(N_("stride"), N_("How far the window moves from one output to the next."), "windows"),
    Term(
        N_("padding"),
        N_("Cells added around the input; for max they hold −∞, so that they never win."),
        "windows",
    ),
    Term(N_("dilation"), N_("The distance between neighbouring cells of a window."), "windows"),
    Term(
        N_("ceil mode"),
        N_("Rounding the output size up, so that the last window may reach past the input."),
        "windows",
    ),
    Term(
        N_("output size"),
        N_("How many windows fit along each axis: ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1."),
        "windows",
    ),
    Term(
        N_("identity"),
        N_("The value that changes no result, such as −∞ for max; padding holds it."),
        "windows",
    ),
    Term(
        N_("max pooling"),
        N_("The largest cell of the window; the whole gradient goes back to it."),
        "windows",
    ),
    Term(
        N_("average pooling"),
        N_("The mean of the window; every cell receives the same part of the gradient."),
        "windows",
    ),
    Term(
        N_("stochastic pooling"),
        N_("One cell is drawn with a probability that grows with its value."),
        "windows",
    ),
    Term(
        N_("seed"), N_("The number that fixes the draws, so that they can be repeated."), "windows"
    ),
    Term(N_("expectation"), N_("What many draws come to on average."), "compare"),
    Term(
        N_("norm"),
        N_("The root of a sum of powers, such as √(Σa²); without dividing by a number of cells."),
        "catalogue",
    ),
    Term(
        N_("feature map"), N_("The plane of numbers that one filter makes of its input."), "global"
    ),
    Term(N_("channel"), N_("One of several feature maps that lie over each other."), "global"),
    Term(
        N_("receptive field"),
        N_("The cells of the input that can change one output, all layers counted."),
        "windows",
    ),
    Term(N_("convolution"), N_("A weighted sum in each window, with learned weights."), "compare"),
    Term(
        N_("shift invariance"),
        N_("That a moved input gives the same output; pooling has it inside a window alone."),
        "compare",
    ),
    Term(
        N_("alias"),
        N_("A coarse pattern that appears when a fine one is sampled too seldom."),
        "compare",
    ),
    Term(N_("gradient"), N_("How much the output moves when a cell moves a little."), "gradients"),
    Term(
        N_("backpropagation"),
        N_("Computing gradients backwards, from the loss to every input cell."),
        "gradients",
    ),
    Term(
        N_("upstream gradient"),
        N_("What the rest of the network hands back to an output, dL/dy."),
        "gradients",
    ),
    Term(N_("loss"), N_("The number that training makes smaller."), "gradients"),
    Term(
        N_("tie"),
        N_("Equal largest cells in a window: the slope is not defined, and a rule decides."),
        "gradients",
    ),
    Term(
        N_("central differences"),
        N_("A gradient measured: the change of the output for a small step up and down."),
        "gradients",
    ),
    Term(
        N_("unpooling"),
        N_("Making a pooled map large again; what pooling threw away stays lost."),
        "unpooling",
    ),
    Term(
        N_("max unpooling"),
        N_("Every value goes back to the place it came from, zeros elsewhere."),
        "unpooling",
    ),
    Term(
        N_("location"), N_("The place of the chosen cell, counted row by row from 0."), "unpooling"
    ),
    Term(
        N_("transposed convolution"),
        N_("Each value is multiplied by a window of weights, and overlaps are added."),
        "unpooling",
    ),
    Term(
        N_("adaptive pooling"),
        N_("The output size is given, and the windows follow from it."),
        "adaptive",
    ),
    Term(
        N_("global average pooling"),
        N_("One mean for a whole feature map, whatever its size."),
        "global",
    ),
    Term(
        N_("fully connected"),
        N_("Every input has its own weight to every output, so the input size is fixed."),
        "global",
    ),
    Term(
        N_("class activation map"),
        N_("The feature maps weighed by a class: where its score comes from."),
        "global",
    ),
    Term(
        N_("bias"), N_("A number that a layer adds, whatever its input."), "global"
    ),
    Term(
        N_("pooling over time"),
        N_("Pooling along a sentence: a fixed size from any number of words."),
        "sequences",
    ),
    Term(
        N_("hyper-parameter"), N_("A number that is set before training, not learned."), "catalogue"
    ),
    Term(
        N_("attention"),
        N_("A mean of values, weighed by how well the key of each fits what a query asks."),
        "attend",
    ),
    Term(
        N_("query"),
        N_("What a cell asks with: it is compared with every key."),
        "attend",
    ),
    Term(
        N_("softmax"),
        N_("Scores raised as powers of e and divided by their sum: shares of 1."),
        "attend",
    ),
    Term(
        N_("effective keys"),
        N_("e to the entropy of a row of weights: how many keys a query really uses."),
        "attend",
    ),
    Term(
        N_("non-local block"),
        N_("Every cell takes from every cell of the map; what it takes is added to it."),
        "attend",
    ),
    Term(
        N_("non-local means"),
        N_("A cell becomes the mean of cells whose surroundings look like its own."),
        "denoise",
    ),
    Term(
        N_("self-attention"),
        N_("Attention whose queries, keys and values are made of the same cells."),
        "one-function",
    ),
    Term(
        N_("criss-cross attention"),
        N_("Attention in which a cell looks at its own row and column alone."),
        "reach",
    ),
    Term(
        N_("recurrence"),
        N_("The same block once more, on what it gave, with the same parameters."),
        "reach",
    ),
    Term(
        N_("multiply-add"),
        N_("One product added to a sum; a count of operations takes it as two."),
        "reach",
    ),
    Term(
        N_("global context"),
        N_("One mean of the map, with learned weights, that every cell is told."),
        "context",
    ),
    Term(
        N_("squeeze-and-excitation"),
        N_("The mean of each channel decides by how much each channel is multiplied."),
        "context",
    ),
    Term(
        N_("gate"),
        N_("A number between 0 and 1 that a channel or a cell is multiplied by."),
        "context",
    ),
    Term(
        N_("channel attention"),
        N_("Attention in which channels, not cells, ask one another."),
        "context",
    ),
    Term(N_("keypoint"), N_("A named place of a body, such as the left wrist."), "oks"),
    Term(
        N_("soft-argmax"),
        N_("The mean of all places of a map, weighed by exp(βh): smooth, and drawn to the middle."),
        "decode",
    ),
    Term(
        N_("affinity field"),
        N_("PAF: along each limb, arrows from its first joint to its second; elsewhere nothing."),
        "affinity",
    ),
    Term(
        N_("line integral"),
        N_("The mean of F · u over samples along a link: how well a field agrees with its way."),
        "affinity",
    ),
    Term(
        N_("bottom-up"),
        N_("First the joints of everybody, then whose they are; one run for any number of people."),
        "affinity",
    ),
    Term(
        N_("top-down"),
        N_("First a box for each person, then one pose in each box; a run for every box."),
        "topdown",
    ),
    Term(
        N_("crop"),
        N_("The part of a picture in a box, made as large as the network needs."),
        "topdown",
    ),
    Term(
        N_("flip test"),
        N_("Running the mirrored picture, too, and averaging its maps with those of the first."),
        "topdown",
    ),
    Term(
        N_("non-maximum suppression"),
        N_("NMS: from the best score down, each removes what is too much like it."),
        "pose-nms",
    ),
    Term(N_("skeleton"), N_("The keypoints of a kind of body and the lines between them."), "oks"),
    Term(N_("pose"), N_("The places of all keypoints of one person."), "oks"),
    Term(N_("annotation"), N_("What a person has marked in an image by hand."), "oks"),
    Term(
        N_("ground truth"), N_("The annotations that detections are compared with."), "coco-eval"
    ),
    Term(N_("detection"), N_("A pose that a program finds in an image, with a score."), "oks"),
    Term(
        N_("visibility"),
        N_("A flag of a keypoint: 0 not labelled, 1 labelled but hidden, 2 visible."),
        "oks",
    ),
    Term(
        N_("object keypoint similarity"),
        N_("OKS: the mean of exp(−d² / 2s²k²) over the labelled keypoints, from 0 to 1."),
        "oks",
    ),
    Term(
        N_("fall-off constant"),
        N_("k = 2σ: how quickly a keypoint's similarity falls with its distance."),
        "oks",
    ),
    Term(N_("mask"), N_("The pixels that belong to a person; their number is the area s²."), "oks"),
    Term(
        N_("percentage of correct keypoints"),
        N_("PCK: the share that is nearer to the truth than a fixed part of the body's size."),
        "oks",
    ),
    Term(N_("intersection over union"), N_("IoU: how much two boxes overlap, from 0 to 1."), "oks"),
    Term(
        N_("match"), N_("A detection and the person it is counted for, one each."), "coco-eval"
    ),
    Term(N_("threshold"), N_("The OKS from which a match counts."), "coco-eval"),
    Term(
        N_("true positive"), N_("A detection that is matched with a person."), "coco-eval"
    ),
    Term(
        N_("false positive"), N_("A detection that finds nobody who is left."), "coco-eval"
    ),
    Term(
        N_("precision"), N_("The share of the detections so far that are right."), "coco-eval"
    ),
    Term(N_("recall"), N_("The share of the people that are found."), "coco-eval"),
    Term(
        N_("average precision"),
        N_("AP: the highest precision at or beyond each recall, averaged over the recalls."),
        "coco-eval",
    ),
    Term(
        N_("heat map"),
        N_("A map for one kind of joint, high where the network thinks that the joint is."),
        "stages",
    ),
    Term(
        N_("intermediate supervision"),
        N_("A loss for every stage of a network, so that a deep chain of stages still learns."),
        "stages",
    ),
    Term(
        N_("residual module"),
        N_("A few convolutions whose result is added to what came in."),
        "hourglass",
    ),
    Term(
        N_("hourglass network"),
        N_("A network that halves its maps step by step, doubles them again, and joins both ways."),
        "hourglass",
    ),
)  # fmt: skip
"""In the order of the pages; ``ordered`` sorts them for a reader."""

# GB 2312 lists its common characters by their pronunciation, as a Chinese dictionary does.
_COLLATION = {"zh": "gb18030"}


def ordered(search: str = "") -> list[Term]:
    """The terms whose words or meaning hold all words of ``search``, sorted by the reader's word.

    >>> [term.name for term in ordered("window DISTANCE")]
    ['dilation']
    """
    wanted = search.casefold().split()
    code = language()

    def held(term: Term) -> bool:
        text = " ".join((*term.words().values(), _(term.meaning))).casefold()
        return all(word in text for word in wanted)

    def place(term: Term) -> bytes:
        return _(term.name).casefold().encode(_COLLATION.get(code, "utf-8"))

    return sorted((term for term in TERMS if held(term)), key=place)
