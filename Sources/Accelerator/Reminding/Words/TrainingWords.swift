import Language

// Row 30: what is said of training.

extension Telling {
    /// The session that it is about.
    var session: Training? {
        Decider.programme(of: occurrence, state)?.trainings.first { $0.code == code }
    }

    var sessionWords: Words? {
        guard let programme = Decider.programme(of: occurrence, state), let session else {
            return nil
        }
        let list = offer("training.label", "/training programme=\(programme.code)")
        switch occurrence.row {
        case Row.trainingRisk.name: return riskWords(programme, session, list)
        case Row.trainingHeld.name: return heldWords(programme, session, list)
        default: return aroundWords(programme, session, list)
        }
    }

    private func aroundWords(_ programme: Programme, _ session: Training, _ list: Offer) -> Words {
        let values: [Phrase.Field] = [
            .init("title", .text(session.title)), .init("date", .date(session.on)),
            .init("time", .time(session.time ?? LocalTime(9, 0))),
            .init("days", .count(max(0, ahead))),
            .init("materials", .text(session.materials ?? "")),
            .init("name", session.trainer.map { state.name(of: $0) } ?? .term("role.trainer")),
        ]
        switch occurrence.step {
        case 3:
            let key =
                session.materials == nil ? "remind.session.absentAsk" : "remind.session.absent"
            return ([Phrase(key, values)], [list])
        case 2: return ([Phrase("remind.session.hour", values)], [list])
        default:
            let absent = offer(
                "training.absentLabel",
                "/training absent \(session.code) programme=\(programme.code)")
            return (
                [Phrase("remind.session.ahead", values)],
                (session.enrolled.contains(occurrence.receiver) ? [absent] : []) + [list, snooze]
            )
        }
    }

    /// To the trainer, then to the office: was it held, or not?
    private func heldWords(_ programme: Programme, _ session: Training, _ list: Offer) -> Words {
        let rest = "\(session.code) programme=\(programme.code)"
        let held = offer("training.heldLabel", "/training held \(rest)")
        let cancel = offer("training.cancelLabel", "/training cancel \(rest)")
        let mayTell = TrainingCommand.leads(receiver, session, programme, state)
        return (
            [
                Phrase(
                    occurrence.step < 2 ? "remind.session.held" : "remind.session.heldOffice",
                    [
                        "title": .text(session.title), "date": .date(session.on),
                        "count": .count(session.present.count),
                        "name": session.trainer.map { state.name(of: $0) }
                            ?? .term("role.trainer"),
                    ])
            ],
            // One in which nobody takes part can only be called off.
            (mayTell ? (session.present.isEmpty ? [cancel] : [held, cancel]) : [list]) + [snooze]
        )
    }

    /// To whoever is short of hours, and to the trainer of all who are.
    private func riskWords(_ programme: Programme, _ session: Training, _ list: Offer) -> Words? {
        let hours = TrainingHours(programme, after: session)
        guard !hours.atRisk.isEmpty else { return nil }
        let own = hours.atRisk.first { $0.person == occurrence.receiver }
        var values: [Phrase.Field] = [
            .init("title", .text(session.title)), .init("all", .number(hours.all)),
            .init("needed", .share(TrainingHours.needed)),
        ]
        if let own {
            values.append(.init("hours", .number(own.hours)))
            return ([Phrase("remind.session.risk", values)], [list])
        }
        values.append(.init("count", .count(hours.atRisk.count)))
        values.append(
            .init("names", .list(hours.atRisk.prefix(8).map { state.name(of: $0.person) })))
        return ([Phrase("remind.session.riskAll", values)], [list])
    }
}
