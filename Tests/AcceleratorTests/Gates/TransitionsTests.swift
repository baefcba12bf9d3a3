import Accelerator
import Language
import Testing

/// The life of a challenge as a table, and what the clock alone makes of it.
@Suite struct TransitionsTests {
    private func challenge(_ state: ChallengeState, dayOne: LocalDate?, duration: Int = 100)
        -> Challenge
    {
        var challenge = Challenge()
        challenge.head.code = "CH-01"
        challenge.head.dayOne = dayOne
        challenge.head.duration = duration
        challenge.state = state
        return challenge
    }

    private let first = LocalDate(days: 20_486)  // 2026-02-02

    @Test(arguments: [
        (ChallengeState.launched, -1, ChallengeState.launched),
        (.launched, 0, .accelerating), (.launched, 99, .accelerating), (.launched, 100, .results),
        (.accelerating, 99, .accelerating), (.accelerating, 100, .results),
        (.ready, 50, .ready), (.sustaining, 500, .sustaining), (.stopped, 50, .stopped),
        (.results, 3, .results), (.withdrawn, 0, .withdrawn),
    ])
    func theClockMovesOnlyWhatRuns(_ state: ChallengeState, _ days: Int, _ expected: ChallengeState)
    {
        #expect(challenge(state, dayOne: first).phase(on: first + days) == expected)
    }

    @Test func withoutADayOneNothingMoves() {
        #expect(challenge(.launched, dayOne: nil).phase(on: first) == .launched)
        #expect(challenge(.launched, dayOne: nil).clockMoves(by: first).isEmpty)
    }

    /// What is written down late carries the days on which it happened, and leads to the derived state.
    @Test(arguments: 1...100)
    func lateMovesHaveTheirOwnDays(_ duration: Int) {
        for start in [ChallengeState.launched, .accelerating] {
            for days in [-2, 0, duration - 1, duration, duration + 9] {
                let found = challenge(start, dayOne: first, duration: duration)
                let today = first + days
                var last = start
                for case .challengeMoved(let move) in found.clockMoves(by: today) {
                    #expect(move.on == (move.to == .accelerating ? first : first + duration))
                    #expect(move.on <= today)
                    last = move.to
                }
                let derived = found.phase(on: today)
                // A challenge that was written down as accelerating is not taken back before Day 1.
                #expect(last == derived || (start == .accelerating && derived == .launched))
            }
        }
    }

    /// method.md 2.3, row by row: from a state, by a command, to a state.
    @Test func everyMoveOfTheMethodIsThereAndNoOther() {
        let legal: Set<String> = [
            "framing leadership staffing", "staffing ready ready", "ready launch launched",
            "accelerating midpoint accelerating", "accelerating close results",
            "launched stop stopped",
            "accelerating stop stopped", "framing withdraw withdrawn",
            "staffing withdraw withdrawn",
            "ready withdraw withdrawn", "results close sustaining", "results close closed",
            "sustaining handover handed_over", "handed_over close closed",
        ]
        var found: Set<String> = []
        for from in ChallengeState.allCases {
            for to in ChallengeState.allCases {
                for command in Set(Transitions.challenge.compactMap(\.command))
                where Transitions.allows(Transitions.challenge, from: from, to: to, by: command) {
                    found.insert("\(from.rawValue) \(command) \(to.rawValue)")
                }
            }
        }
        #expect(found == legal)
    }

    @Test func whatHasEndedStaysEnded() {
        for row in Transitions.challenge {
            #expect(!row.from.contains(.closed))
            #expect(!row.from.contains(.stopped))
            #expect(!row.from.contains(.withdrawn))
        }
        for row in Transitions.proposal {
            for ended in [ProposalState.accepted, .rejected, .merged, .withdrawn] {
                #expect(!row.from.contains(ended))
            }
        }
        for row in Transitions.cohort {
            #expect(!row.from.contains(.closed))
            #expect(!row.from.contains(.cancelled))
        }
    }

    @Test func stoppingTakesSponsorAndOfficeAndNobodyElse() {
        for row in Transitions.challenge where row.to == .stopped {
            #expect(row.actors == [.sponsor, .office])
        }
    }
}
