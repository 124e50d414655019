"""What is compared with what: an expression of ours, and one in the words of the peer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """Two expressions that are said to give the same, or not to.

    ours : a rule or a schedule, in the names of course_lib
    peer : "torch" or "optax"
    theirs : the peer's, in the names of torch.optim (schedules: torch.optim.lr_scheduler) or optax
    loss : what our rule sees of the `loss` with the fixed gradients
    what : "points", or "rates" for a schedule
    """

    ours: str
    peer: str
    theirs: str
    loss: str = "loss"
    what: str = "points"


def rule(ours, torch=(), optax=(), loss="loss"):
    """The cases of one rule: its counterparts in each peer."""
    return _cases(ours, torch, optax, loss=loss)


def schedule(ours, torch=(), optax=()):
    """The cases of one schedule."""
    return _cases(ours, torch, optax, what="rates")


def _cases(ours, torch, optax, **settings):
    return [
        Case(ours, peer, theirs, **settings)
        for peer, several in (("torch", torch), ("optax", optax))
        for theirs in ([several] if isinstance(several, str) else several)
    ]


# A stronger penalty sends the adaptive rules to and fro across zero, and rounding grows.
DECAYED = "L2Penalty(loss, 0.01)"
CLIPPED = "ClippedGradient(loss, 0.01)"
HALVING = "StepDecay(0.01, factor=0.5, every=100)"
HALVING_IN_OPTAX = "in_float64(exponential_decay(0.01, 100, 0.5, staircase=True))"

EQUAL = [
    # Gradient descent, and what is done to its gradient or its rate
    *rule(
        "GradientDescent(0.01)",
        torch="SGD(params, lr=0.01)",
        optax="sgd(0.01)",
    ),
    *rule(
        "GradientDescent(0.01)",
        loss=DECAYED,
        torch="SGD(params, lr=0.01, weight_decay=0.01)",
        optax="chain(add_decayed_weights(0.01), sgd(0.01))",
    ),
    *rule(
        "GradientDescent(0.01)",
        loss=CLIPPED,
        optax="chain(clip_by_global_norm(0.01), sgd(0.01))",
    ),
    *rule(
        f"GradientDescent({HALVING})",
        torch="scheduled(SGD(params, lr=0.01), StepLR, step_size=100, gamma=0.5)",
        optax=f"sgd({HALVING_IN_OPTAX})",
    ),
    *rule(
        "HalveOnStall(GradientDescent(0.01), validation, patience=5)",
        torch="watched(SGD(params, lr=0.01), factor=0.5, patience=5, threshold=0, eps=0)",
        optax="chain(sgd(0.01), contrib.reduce_on_plateau(0.5, patience=6, rtol=0, atol=1e-300))",
    ),
    # Momentum
    *rule(
        "Momentum(0.01, beta=0.9)",
        torch="SGD(params, lr=0.01 * (1 - 0.9), momentum=0.9)",
        optax="chain(ema(0.9, debias=False), sgd(0.01))",
    ),
    *rule(
        f"Momentum({HALVING}, beta=0.9)",
        optax=f"chain(ema(0.9, debias=False), sgd({HALVING_IN_OPTAX}))",
    ),
    *rule(
        "VelocityMomentum(0.01, beta=0.9)",
        torch="SGD(params, lr=0.01, momentum=0.9)",
        optax="sgd(0.01, momentum=0.9)",
    ),
    *rule(
        f"VelocityMomentum({HALVING}, beta=0.9)",
        optax=f"chain(sgd({HALVING_IN_OPTAX}), trace(0.9))",
    ),
    *rule(
        "BufferMomentum(0.01, beta=0.9)",
        torch="SGD(params, lr=0.01, momentum=0.9)",
        optax="sgd(0.01, momentum=0.9)",
    ),
    *rule(
        "BufferMomentum(0.01, beta=0.9)",
        loss=DECAYED,
        torch="SGD(params, lr=0.01, momentum=0.9, weight_decay=0.01)",
        optax="chain(add_decayed_weights(0.01), sgd(0.01, momentum=0.9))",
    ),
    *rule(
        f"BufferMomentum({HALVING}, beta=0.9)",
        torch="scheduled(SGD(params, lr=0.01, momentum=0.9), StepLR, step_size=100, gamma=0.5)",
        optax=f"sgd({HALVING_IN_OPTAX}, momentum=0.9)",
    ),
    *rule(
        "BufferMomentum(0.01, beta=0.9, dampening=0.5)",
        torch="SGD(params, lr=0.01, momentum=0.9, dampening=0.5)",
    ),
    # Nesterov: with a penalty, so that it matters where the gradient is taken
    *rule(
        "Nesterov(0.1, beta=0.9)",
        loss=DECAYED,
        torch="SGD(params, lr=0.1 * (1 - 0.9), momentum=0.9, nesterov=True, weight_decay=0.01)",
        optax="chain(add_decayed_weights(0.01), sgd(0.1 * (1 - 0.9), momentum=0.9, nesterov=True))",
    ),
    *[
        case
        for form in ("VelocityNesterov", "RewrittenNesterov")
        for case in rule(
            f"{form}(0.01, beta=0.9)",
            loss=DECAYED,
            torch="SGD(params, lr=0.01, momentum=0.9, nesterov=True, weight_decay=0.01)",
            optax="chain(add_decayed_weights(0.01), sgd(0.01, momentum=0.9, nesterov=True))",
        )
    ],
    *rule(
        f"RewrittenNesterov({HALVING}, beta=0.9)",
        loss=DECAYED,
        optax=f"chain(add_decayed_weights(0.01), sgd({HALVING_IN_OPTAX}), "
        "trace(0.9, nesterov=True))",
    ),
    # Adaptive rates
    *rule(
        "NormalizedGradient(0.01)",
        torch="Adam(params, lr=0.01, betas=(0.0, 0.0))",
        optax="rmsprop(0.01, decay=0, eps_in_sqrt=False)",
    ),
    *rule(
        "NormalizedGradient(0.01, epsilon=1e-6, epsilon_inside=True)",
        optax="rmsprop(0.01, decay=0, eps=1e-6)",
    ),
    *rule(
        "AdaGrad(0.01, epsilon=1e-10)",
        torch="Adagrad(params, lr=0.01)",
    ),
    *rule(
        "AdaGrad(InverseTime(0.01, k=0.1), epsilon=1e-10, initial_v=0.1)",
        loss=DECAYED,
        torch="Adagrad(params, lr=0.01, lr_decay=0.1, weight_decay=0.01, "
        "initial_accumulator_value=0.1)",
    ),
    *rule(
        "AdaGrad(0.01, epsilon=1e-7, epsilon_inside=True, initial_v=0.1)",
        optax="adagrad(0.01)",
    ),
    *rule(
        "AdaGrad(0.01, epsilon=1e-7, epsilon_inside=True)",
        optax="adagrad(0.01, initial_accumulator_value=0)",
    ),
    *rule(
        "RMSProp(0.01, gamma=0.99)",
        torch="RMSprop(params, lr=0.01)",
        optax="rmsprop(0.01, decay=0.99, eps_in_sqrt=False)",
    ),
    *rule(
        "RMSProp(0.01, gamma=0.8, epsilon=1e-6)",
        loss=DECAYED,
        torch="RMSprop(params, lr=0.01, alpha=0.8, eps=1e-6, weight_decay=0.01)",
    ),
    *rule(
        "RMSProp(0.01, epsilon_inside=True)",
        optax="rmsprop(0.01)",
    ),
    *rule(
        "RMSProp(0.01, gamma=0.99, centered=True)",
        torch="RMSprop(params, lr=0.01, centered=True)",
        optax="rmsprop(0.01, decay=0.99, eps_in_sqrt=False, centered=True)",
    ),
    *rule(
        "RMSProp(0.01, epsilon_inside=True, centered=True)",
        optax="rmsprop(0.01, centered=True)",
    ),
    *rule(
        "RMSPropNesterov(0.01)",
        loss=DECAYED,
        optax="chain(add_decayed_weights(0.01), "
        "rmsprop(0.01, eps_in_sqrt=False, momentum=0.9, nesterov=True))",
    ),
    *rule(
        "RMSPropNesterov(0.01, beta=0.8, gamma=0.99, epsilon=1e-6, epsilon_inside=True)",
        loss=DECAYED,
        optax="chain(add_decayed_weights(0.01), "
        "rmsprop(0.01, decay=0.99, eps=1e-6, momentum=0.8, nesterov=True))",
    ),
    *rule(
        "AdaDelta()",
        torch="Adadelta(params)",
        optax="adadelta(1.0)",
    ),
    *rule(
        "AdaDelta(0.5, gamma=0.95, epsilon=1e-5)",
        loss=DECAYED,
        torch="Adadelta(params, lr=0.5, rho=0.95, eps=1e-5, weight_decay=0.01)",
        optax="adadelta(0.5, rho=0.95, eps=1e-5, weight_decay=0.01)",
    ),
    # Adam and its relatives
    *rule(
        "Adam(0.01)",
        torch="Adam(params, lr=0.01)",
        optax="adam(0.01)",
    ),
    *rule(
        "Adam(0.01, epsilon_inside=True)",
        optax="adam(0.01, eps=0, eps_root=1e-8)",
    ),
    *rule(
        "Adam(0.01, beta=0.8, gamma=0.99, epsilon=1e-6)",
        loss=DECAYED,
        torch="Adam(params, lr=0.01, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.01)",
        optax="chain(add_decayed_weights(0.01), adam(0.01, b1=0.8, b2=0.99, eps=1e-6))",
    ),
    *rule(
        "Adam(0.01, beta=0, gamma=0.9, bias_correction=False)",
        optax="rmsprop(0.01, eps_in_sqrt=False)",
    ),
    *rule(
        "Adam(0.01, beta=0, gamma=0.9, epsilon_inside=True)",
        optax="rmsprop(0.01, bias_correction=True)",
    ),
    *rule(
        f"Adam({HALVING})",
        torch="scheduled(Adam(params, lr=0.01), StepLR, step_size=100, gamma=0.5)",
        optax=f"adam({HALVING_IN_OPTAX})",
    ),
    *rule(
        "AdamW(0.01)",
        torch="AdamW(params, lr=0.01)",
        optax="adamw(0.01, weight_decay=0.01)",
    ),
    *rule(
        "AdamW(0.01, beta=0.8, gamma=0.99, epsilon=1e-6, weight_decay=0.1)",
        torch="AdamW(params, lr=0.01, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.1)",
        optax="adamw(0.01, b1=0.8, b2=0.99, eps=1e-6, weight_decay=0.1)",
    ),
    *rule(
        "AMSGrad(0.01)",
        optax="amsgrad(0.01, bias_correction_mu=False, bias_correction_nu=False)",
    ),
    *rule(
        "AMSGrad(0.01, bias_correction='after_max')",
        torch="Adam(params, lr=0.01, amsgrad=True)",
    ),
    *rule(
        "AMSGrad(0.01, beta=0.8, gamma=0.9, epsilon=1e-6, bias_correction='after_max')",
        loss=DECAYED,
        torch="Adam(params, lr=0.01, betas=(0.8, 0.9), eps=1e-6, weight_decay=0.01, amsgrad=True)",
    ),
    *rule(
        "AMSGrad(0.01, bias_correction='before_max')",
        optax="amsgrad(0.01)",
    ),
    *rule(
        "AMSGrad(0.01, beta=0.8, gamma=0.9, epsilon=1e-6, bias_correction='before_max')",
        optax="amsgrad(0.01, b1=0.8, b2=0.9, eps=1e-6)",
    ),
    *rule(
        "Yogi(0.01)",
        optax="chain(scale_by_yogi(initial_accumulator_value=0), sgd(0.01))",
    ),
    *rule(
        "Yogi(0.01, initial_m=1e-6, initial_v=1e-6)",
        optax="yogi(0.01)",
    ),
    *rule(
        "Yogi(0.01, beta=0.8, gamma=0.9, epsilon=1e-6, initial_m=1e-6, initial_v=1e-6)",
        optax="yogi(0.01, b1=0.8, b2=0.9, eps=1e-6)",
    ),
    *rule(
        "RAdam(0.01, threshold=5, epsilon_before_correction=True)",
        torch="RAdam(params, lr=0.01)",
    ),
    *rule(
        "RAdam(0.01, beta=0.8, gamma=0.9, epsilon=1e-6, threshold=5, "
        "epsilon_before_correction=True)",
        loss=DECAYED,
        torch="RAdam(params, lr=0.01, betas=(0.8, 0.9), eps=1e-6, weight_decay=0.01)",
    ),
    *rule(
        "RAdam(0.01, threshold=5)",
        optax="radam(0.01)",
    ),
    *rule(
        "RAdam(0.01, beta=0.8, gamma=0.9, epsilon=1e-6)",
        optax="radam(0.01, b1=0.8, b2=0.9, eps=1e-6, threshold=4)",
    ),
    *rule(
        "NAdam(0.01)",
        optax="nadam(0.01)",
    ),
    *rule(
        "NAdam(0.01, beta=0.8, gamma=0.9, epsilon=1e-6)",
        optax="nadam(0.01, b1=0.8, b2=0.9, eps=1e-6)",
    ),
    *rule(
        "NAdam(0.01, momentum_decay=0.004)",
        torch="NAdam(params, lr=0.01)",
    ),
    *rule(
        "NAdam(0.01, beta=0.8, gamma=0.9, epsilon=1e-6, momentum_decay=0.1)",
        loss=DECAYED,
        torch="NAdam(params, lr=0.01, betas=(0.8, 0.9), eps=1e-6, momentum_decay=0.1, "
        "weight_decay=0.01)",
    ),
    # Schedules
    *schedule(
        "Constant(0.8)",
        torch="ConstantLR(optimizer, factor=0.8, total_iters=1000)",
        optax="constant_schedule(0.8)",
    ),
    *schedule(
        "StepDecay(1.0, factor=0.5, every=50)",
        torch="StepLR(optimizer, gamma=0.5, step_size=50)",
        optax="exponential_decay(1.0, 50, 0.5, staircase=True)",
    ),
    *schedule(
        "ExponentialDecay(1.0, k=-np.log(0.99))",
        torch="ExponentialLR(optimizer, gamma=0.99)",
        optax="exponential_decay(1.0, transition_steps=1, decay_rate=0.99)",
    ),
    *schedule(
        "InverseTime(1.0, k=0.1)",
        torch="LambdaLR(optimizer, lambda t: 1 / (1 + 0.1 * t))",
    ),
    *schedule(
        "LinearDecay(1.0, final=0.01, tau=100)",
        torch="LinearLR(optimizer, start_factor=1, end_factor=0.01, total_iters=100)",
        optax="linear_schedule(1.0, 0.01, 100)",
    ),
    *schedule(
        "WarmUp(20, then=1.0)",
        optax="linear_schedule(0.0, 1.0, 20)",
    ),
    *schedule(
        "WarmUp(5, then=1.0, start=1/3)",
        torch="LinearLR(optimizer)",
    ),
    *schedule(
        "WarmUp(20, then=ExponentialDecay(1.0, k=-np.log(0.5) / 50))",
        optax="warmup_exponential_decay_schedule(0.0, 1.0, warmup_steps=20, "
        "transition_steps=50, decay_rate=0.5)",
    ),
]

DIFFERENT = [
    # Momentum: the rate of the averaged form, dampening, the rate inside or outside
    *rule(
        "Momentum(0.01, beta=0.9)",
        torch=[
            "SGD(params, lr=0.01, momentum=0.9)",
            "SGD(params, lr=0.01, momentum=0.9, dampening=0.9)",
        ],
        optax="chain(ema(0.9), sgd(0.01))",
    ),
    *rule(
        f"VelocityMomentum({HALVING}, beta=0.9)",
        torch="scheduled(SGD(params, lr=0.01, momentum=0.9), StepLR, step_size=100, gamma=0.5)",
        optax=f"sgd({HALVING_IN_OPTAX}, momentum=0.9)",
    ),
    *rule(
        f"BufferMomentum({HALVING}, beta=0.9)",
        optax=f"chain(sgd({HALVING_IN_OPTAX}), trace(0.9))",
    ),
    *rule(
        "NesterovAsPrinted(0.1, beta=0.9)",
        loss=DECAYED,
        torch="SGD(params, lr=0.1 * (1 - 0.9), momentum=0.9, nesterov=True, weight_decay=0.01)",
        optax="chain(add_decayed_weights(0.01), sgd(0.1 * (1 - 0.9), momentum=0.9, nesterov=True))",
    ),
    *rule(
        "VelocityMomentum(0.01, beta=0.9)",
        loss=DECAYED,
        torch="SGD(params, lr=0.01, momentum=0.9, nesterov=True, weight_decay=0.01)",
        optax="chain(add_decayed_weights(0.01), sgd(0.01, momentum=0.9, nesterov=True))",
    ),
    # Epsilon: inside or outside the root; where v starts; the memory of v
    *rule(
        "NormalizedGradient(0.01, epsilon_inside=True)",
        torch="Adam(params, lr=0.01, betas=(0.0, 0.0))",
    ),
    *rule("AdaGrad(0.01, epsilon=1e-10)", optax="adagrad(0.01)"),
    *rule("AdaGrad(0.01, epsilon=1e-7)", optax="adagrad(0.01, initial_accumulator_value=0)"),
    *rule("RMSProp(0.01)", torch="RMSprop(params, lr=0.01)", optax="rmsprop(0.01)"),
    *rule(
        "RMSProp(0.01, gamma=0.99)",
        torch="RMSprop(params, lr=0.01, centered=True)",
    ),
    *rule(
        "RMSPropNesterov(0.01, gamma=0.99)",
        torch="RMSprop(params, lr=0.01, momentum=0.9)",
    ),
    *rule("Adam(0.01, epsilon_inside=True)", torch="Adam(params, lr=0.01)", optax="adam(0.01)"),
    # Bias correction
    *rule("Adam(0.01, bias_correction=False)", torch="Adam(params, lr=0.01)", optax="adam(0.01)"),
    *rule("AMSGrad(0.01)", torch="Adam(params, lr=0.01, amsgrad=True)", optax="amsgrad(0.01)"),
    *rule("AMSGrad(0.01, bias_correction='after_max')", optax="amsgrad(0.01)"),
    *rule(
        "AMSGrad(0.01, bias_correction='before_max')",
        torch="Adam(params, lr=0.01, amsgrad=True)",
    ),
    *rule("Yogi(0.01)", optax="yogi(0.01)"),
    *rule(
        "Yogi(0.01, bias_correction=False)",
        optax="chain(scale_by_yogi(initial_accumulator_value=0), sgd(0.01))",
    ),
    *rule(
        "RAdam(0.01, epsilon_before_correction=True)",
        torch="RAdam(params, lr=0.01)",
    ),
    *rule("RAdam(0.01, threshold=5)", torch="RAdam(params, lr=0.01)"),
    *rule("RAdam(0.01)", optax="radam(0.01)"),
    *rule("NAdam(0.01)", torch="NAdam(params, lr=0.01)"),
    *rule("NAdam(0.01, momentum_decay=0.004)", optax="nadam(0.01)"),
    # Weight decay in the gradient or beside it; the 1e-6 of torch's clipping
    *rule(
        "Adam(0.01)",
        loss=DECAYED,
        torch="AdamW(params, lr=0.01, weight_decay=0.01)",
        optax="adamw(0.01, weight_decay=0.01)",
    ),
    *rule("AdamW(0.01, weight_decay=0.01)", torch="Adam(params, lr=0.01, weight_decay=0.01)"),
    *rule(
        "GradientDescent(0.01)",
        loss=CLIPPED,
        torch="clipped(SGD(params, lr=0.01), max_norm=0.01)",
    ),
    # Schedules
    *rule(
        "HalveOnStall(GradientDescent(0.01), validation, patience=5)",
        optax="chain(sgd(0.01), contrib.reduce_on_plateau(0.5, patience=5, rtol=0, atol=1e-300))",
    ),
    *schedule("WarmUp(5, then=1.0)", torch="LinearLR(optimizer)"),
    *schedule("ExponentialDecay(1.0, k=0.01)", torch="ExponentialLR(optimizer, gamma=0.99)"),
]
