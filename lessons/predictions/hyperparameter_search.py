"""Predictions of notebook 12: where searches look, what they promise, and when to give up."""

from lessons.asking.prediction import Prediction
from lessons.demos.hyperparameter_search import (
    coarse_to_fine,
    fig_grid_random,
    log_scale,
    one_fold_or_several,
    scale_and_rate,
    successive_halving,
    what_the_master_sees,
    widened_border,
)

agree = Prediction(
    name="agree",
    text=r"""
Sixty settings are drawn at random, and each trains the same small network for five epochs. Look at
the ten best of them. On which hyperparameter do these ten agree most closely, compared with the
range from which it was drawn?
""",
    choices={
        "the batch size": "All three sizes are among the ten: a batch of 25 and one of 100 can "
        "both do well, at rates that suit them.",
        "the learning rate": "Yes. The ten lie within little more than one of its four powers of "
        "ten. The others are spread over most of their ranges.",
        "the momentum β": "The ten have memories from 1.4 steps to 66, "
        "which is nearly the whole of its range.",
        "the initial scale": "The ten begin with weights from a hundredth of Glorot's to three "
        "times them: more than two of its three powers of ten.",
    },
    right="the learning rate",
    answered_by=("12-sixty", "12-agree", "12-agree-why"),
)

thirty_rates = Prediction(
    name="thirty_rates",
    text=r"""
Thirty learning rates are drawn uniformly from 0 to 10, for the line of notebook 02, whose largest
stable rate is 0.043. How many of the thirty do you expect *not* to diverge?
""",
    choices={
        "most likely none": "Yes. Each is stable with the probability 0.0043; of thirty draws that "
        "makes 0.13 on average.",
        "about one in ten": "That would need a stable rate of 1. Divide 0.043 by the whole range.",
        "about one in three": "So it would be on the log scale of the next picture. A uniform draw "
        "hardly ever comes near zero.",
    },
    right="most likely none",
    demo=log_scale,
    answered_by=("12-log-why", "12-log", "12-log-count"),
)

known_power = Prediction(
    name="known_power",
    text=r"""
Now you know more: the highest rate worth a try is 0.1. Thirty draws are uniform from 0 to 0.1,
thirty others on the log scale from 0.000001 to 0.1. Good rates lie from about 0.012 up to 0.043.
Which draws hold more good ones?
""",
    choices={
        "those on the log scale": "Each of its five powers of ten gets a fifth of the draws, and "
        "only the uppermost holds good rates.",
        "the uniform ones": "Yes, 12 against 3. A third of the uniform draws falls between "
        "0.012 and 0.043; on the log scale only log₁₀(43/12)/5, a ninth.",
        "both hold about as many": "Count the shares: 0.031 of 0.1 on the one scale, and "
        "log₁₀(43/12) = 0.55 of five powers of ten on the other.",
    },
    right="the uniform ones",
    demo=log_scale,
    setting={"high": 0.1},
    answered_by=("12-log-why", "12-log", "12-log-count"),
)

one_matters = Prediction(
    name="one_matters",
    text=r"""
Nine trials on a grid, nine at random, and unknown to you the loss depends on $h_1$ alone. In how
many of 100 landscapes, their lowest point anywhere, does random search come lower than a grid with
its outermost trials on the border?
""",
    choices={
        "about 50": "The grid's nine trials are only three values of $h_1$. Random search tries "
        "nine.",
        "about 80": "Yes, 82 %. Nine values of $h_1$ are more likely to have one near the lowest "
        "point than three are. But it can happen that all nine miss it.",
        "all 100": "Nine random values can leave a large gap, and a lowest point near 0, 1/2 or 1 "
        "suits the grid.",
    },
    right="about 80",
    demo=fig_grid_random,
    answered_by=("12-grid-why", "12-grid", "12-cl-29"),
)

both_matter = Prediction(
    name="both_matter",
    text=r"""
Now both matter alike, and there are 25 trials. In how many of 100 landscapes does random search
come lower than this grid?
""",
    choices={
        "about 85: more trials": "So it is when $h_1$ alone matters. Here the grid's 25 trials are "
        "25 different places, too.",
        "about 50: a coin toss": "Yes. Random trials leave gaps where they happen to crowd; the "
        "grid spends some on the border. These two about balance.",
        "about 15: the grid's turn": "A grid placed well does win more often, but not by so much. "
        "And this one spends 16 of its 25 trials on the border.",
    },
    right="about 50: a coin toss",
    demo=fig_grid_random,
    setting={"importance": 1.0, "points": 5},
    answered_by=("12-grid-why", "12-grid", "12-cl-29"),
)

promise = Prediction(
    name="promise",
    text=r"""
The best of the sixty networks gets 5.5 % of fresh images wrong. Now a fold of *twenty* images
chooses among the sixty: the one with the fewest wrong answers on it. On average over many such
folds, what do the twenty promise, and what does the chosen network keep?
""",
    choices={
        "3 % promised, 10 % kept": "Yes. The best of sixty on twenty images is mostly the "
        "luckiest: it is chosen *because* these twenty suit it.",
        "6 % promised, 6 % kept": "So it is with a large fold. With twenty, chance decides among "
        "networks that are nearly alike, and always in favour of a low number.",
        "10 % promised, 6 % kept": "A fold is not pessimistic: the fewest wrong answers of sixty "
        "counts are fewer than they should be.",
    },
    right="3 % promised, 10 % kept",
    answered_by=("12-promise", "12-promise-why"),
)

five_folds = Prediction(
    name="five_folds",
    text=r"""
A linear model of digits, with a penalty on the squares of its weights: 250 images, 21 strengths of
the penalty to choose from. One fold of 50 chooses a strength; or all five folds of 50
do, by their mean, for five times the work. (A strength at random would have 3 % more of fresh
images wrong than the best.) How much better is the second choice, on average over many draws of
the images?
""",
    choices={
        "by less than 0.1 %": "Yes: no difference is seen. All strengths are judged by the *same* "
        "50 images, so most of their luck is shared and does not disturb the choice.",
        "by about 1 %": "The curves of the five folds lie apart, but they have the same shape: "
        "each by itself chooses nearly the same strength.",
        "by about 3 %": "One fold would then be no better than chance. It is much better: its "
        "curve has its lowest point near that of the others.",
    },
    right="by less than 0.1 %",
    demo=one_fold_or_several,
    answered_by=("12-folds-why", "12-folds", "12-cl-45"),
)

hundred_times = Prediction(
    name="hundred_times",
    text=r"""
A network with 16 tanh units, Adam at a rate of 0.03, six epochs. With Glorot's first weights it
gets about 7 % wrong. Two others begin with the same weights times 1/100, and times 100. Which of
the two does worse than that?
""",
    choices={
        "1/100 alone": "Its signals are tiny at first. But each of Adam's steps is about as long "
        "as the rate, however small the gradient: a few dozen lead out.",
        "100 alone": "Yes. Its units are saturated, where tanh is flat, and steps of 0.03 hardly "
        "move weights of 10 or 20. The small weights have grown as they had to.",
        "both of them": "One of the two is as good as Glorot's. Which of them can Adam leave in a "
        "few dozen steps of 0.03?",
        "neither of them": "Training has six epochs, 120 steps of about 0.03 each: enough to leave "
        "one of the two starts, not both.",
    },
    right="100 alone",
    demo=scale_and_rate,
    setting={"rate": 0.032},
    answered_by=("12-scale-why", "12-scale"),
)

closing_in = Prediction(
    name="closing_in",
    text=r"""
Two hyperparameters, four stages of twelve trials: each stage searches a box 0.3 times as wide as
the one before, around the best so far. Against 48 plain random trials over the whole space: which
comes lower?
""",
    choices={
        "the stages, always": "Always is too much: what if no trial of the first stage comes near "
        "the good place?",
        "the stages, in most searches": "Yes, in 28 of 40. Where the first stage found the right "
        "place the zoom pays; where it did not, it closes in beside it.",
        "plain random, in most": "It looks everywhere to the end, and so nowhere closely. Most "
        "first stages do point to the right place.",
    },
    right="the stages, in most searches",
    demo=coarse_to_fine,
    setting={"seed": 17, "stage": 4},
    answered_by=("12-stages-why", "12-stages", "12-forty"),
)

too_low = Prediction(
    name="too_low",
    text=r"""
One hyperparameter, the learning rate of the line. Good rates lie from about 0.012 to 0.043, and the
first range was guessed too low: from $10^{-7}$ to $10^{-4}$. Five stages close in on the best so
far, each 0.3 times as wide as the one before, and no stage leaves the first range. Where do they
end?
""",
    choices={
        "near 0.02: the loss leads there": "It does lead upward, but no trial is allowed above "
        "0.0001.",
        "near 0.0001: at the border": "Yes, with a loss that has hardly fallen. A search never "
        "says that it looked in the wrong place: look where the best one lies.",
        "in the middle: all are as bad": "All are bad, but not alike: the higher of them, the "
        "further it comes.",
    },
    right="near 0.0001: at the border",
    demo=widened_border,
    answered_by=("12-border-why", "12-border"),
)

first_step = Prediction(
    name="first_step",
    text=r"""
27 learning rates for the line, all examples in every batch. Successive halving gives each a
*single* step at first, and keeps the nine that come lowest. The largest stable rate is 0.043.
Which rates does it keep?
""",
    choices={
        "the best for long runs": "Those near 0.014 make the lowest loss in the end. After one "
        "step a longer one is still ahead of them.",
        "the longest that help once": "Yes: nine from 0.044 to 0.14, all of them beyond the "
        "largest stable one. One long step helps; after it each of the nine diverges.",
        "any nine: one step is luck": "There is no luck here: all examples are in the batch, and a "
        "step is as long as its rate.",
    },
    right="the longest that help once",
    demo=successive_halving,
    setting={"budget": 1},
    answered_by=("12-halving-why", "12-halving", "12-twenty"),
)

noisy_start = Prediction(
    name="noisy_start",
    text=r"""
Now batches of three, and nine steps at first. In how many of 20 searches does successive halving
keep one of the rates that would be best after 243 steps? (With all examples in every batch: in all
20.)
""",
    choices={
        "in nearly all": "Nine steps were enough without noise. With it, a high rate is ahead "
        "early and stays on its plateau (notebook 05).",
        "in about ten": "Chance would have some part in that. But the bet is not even: what leads "
        "early does not lead late.",
        "in about four": "Yes, in 4. After nine noisy steps the highest rates lead; those that "
        "would settle lowest have been given up.",
    },
    right="in about four",
    demo=successive_halving,
    setting={"batch_size": 3},
    answered_by=("12-halving-why", "12-halving", "12-twenty"),
)

given_up = Prediction(
    name="given_up",
    text=r"""
24 trials of twelve epochs: 288 epochs. Four workers share them out, and after each epoch a trial is
given up if its best loss is above the median of the others' by then. How much of the work is done,
and is the best network lost?
""",
    choices={
        "a tenth, and it is lost": "Each trial is granted one epoch, so at least a twelfth is "
        "done. And it is compared at the *same* epoch: a good one must be behind half of them to "
        "go.",
        "a third, and it is kept": "Yes, 108 epochs of 288. Nineteen trials end early, most after "
        "two epochs; five are trained to the end, the best among them.",
        "nine tenths, and it is kept": "Half of the trials lie above the median at their second "
        "epoch: these are not trained to the end.",
    },
    right="a third, and it is kept",
    demo=what_the_master_sees,
    answered_by=("12-master-why", "12-master"),
)

any_order = Prediction(
    name="any_order",
    text=r"""
Four threads train the first twelve of the sixty networks again, and they finish in any order. Will
the twelve rows be the same as before, to the last digit?
""",
    choices={
        "no: the order decides": "It would, if all drew from one generator. What does trial 7 need "
        "to know of the others?",
        "yes: a seed for each trial": "Yes. The settings and the first weights of trial 7 are "
        "drawn from the search's seed and the number 7, and from nothing else.",
        "only with a single thread": "That is so where trials share a generator. Here each has its "
        "own.",
    },
    right="yes: a seed for each trial",
    answered_by=("12-threads", "12-threads-why"),
)
