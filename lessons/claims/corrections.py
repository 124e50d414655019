"""Who explains why a claim is wrong, or half right."""

SEE = {
    "cl-10": "Su et al., A differential equation for modeling Nesterov's accelerated gradient "
    "method, 2014",
    "cl-13": "Balles and Hennig, Dissecting Adam, 2018",
    "cl-18": "Dean and Majumdar, Large deviations of extreme eigenvalues of random matrices, 2006",
    "cl-19": "Milnor, Morse Theory, 1963, section 2, on degenerate critical points",
    "cl-32": "He et al., Delving deep into rectifiers, 2015",
    "cl-43": "Nocedal and Wright, Numerical Optimization, section 8.1, on rounding",
    "cl-52": "Shallue et al., Measuring the effects of data parallelism on neural network "
    "training, 2019",
    "cl-53": "Dinh et al., Sharp minima can generalize for deep nets, 2017",
    "cl-58": "Fort et al., Deep ensembles: a loss landscape perspective, 2019",
}
"""By the id of a claim, where to read on."""
