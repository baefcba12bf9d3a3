import Accelerator
import Language

extension Invariants {
    /// What two decided together, nobody takes back alone (method.md 2.7): a stop, a step back, another target,
    /// an early end; and a pledge stays signed unless somebody else agreed.
    static func twoPersons(_ step: Passing, _ memory: inout Memory) -> String? {
        guard let commit = step.commit, let person = step.after.principals[commit.source] else {
            return nil
        }
        for was in step.earlier {
            guard let now = step.after.challenges[was.code], now != was else { continue }
            // Agreed to in this step: asked before by somebody else.
            let isAgreed = now.decisions.contains { decision in
                decision.state == .decided && decision.kind?.hasPrefix("undo ") == true
                    && decision.askedBy != person
                    && was.decisions.contains { $0.code == decision.code && $0.state == .asked }
            }
            if isAgreed { continue }
            let signers = Set(was.sustainability?.signedBy ?? [])
            if !signers.isSubset(of: now.sustainability?.signedBy ?? []) {
                return "\(was.code): \(person) alone took back the pledge"
            }
            let isMoved =
                was.state != now.state
                || was.goals.map(\.versions.count) != now.goals.map(\.versions.count)
            guard isMoved else { continue }
            for decision in was.decisions where decision.state == .decided && isByTwo(decision) {
                guard let later = now.decisions.first(where: { $0.code == decision.code }),
                    later.state == .decided
                else {
                    return
                        "\(was.code): \(person) alone took back \(decision.kind ?? "") \(decision.code)"
                }
            }
        }
        return nil
    }

    private static func isByTwo(_ decision: DecisionAsked) -> Bool {
        guard let kind = decision.kind else { return false }
        return ["stop", "reopen", "early"].contains(kind)
            || ["target ", "raise ", "undo "].contains { kind.hasPrefix($0) }
    }
}
