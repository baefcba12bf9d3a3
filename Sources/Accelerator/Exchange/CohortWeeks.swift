import JSON
import Language

// Actions, risks, promises, declared colours, forms and stocktakes in a cohort's file. The private pulse
// is in no file.

extension ChallengeReader {
    mutating func readAction(_ item: Item) throws(CohortFault) {
        var fields = try CohortFields(item.value, path: item.path)
        var action = Action()
        action.code = try local(&fields)
        try fields.refuse(
            twice: action.code, if: challenge.actions.contains { $0.code == action.code })
        action.text = try fields.text("text")
        action.owner = try person(&fields, "owner") ?? ""
        action.due = try fields.date("due")
        if fields.has("milestone") { action.milestone = try local(&fields, "milestone") }
        action.createdOn = try fields.date("created_on")
        action.createdBy = try person(&fields, "created_by") ?? ""
        action.state = try fields.optionalWord("state") ?? .open
        action.movedOn = try fields.optionalDate("moved_on")
        action.movedBy = try person(&fields, "moved_by")
        action.note = try fields.optionalText("note")
        try fields.finish()
        challenge.actions.append(action)
    }

    mutating func readRisk(_ item: Item) throws(CohortFault) {
        var fields = try CohortFields(item.value, path: item.path)
        var risk = Risk()
        risk.code = try local(&fields)
        try fields.refuse(twice: risk.code, if: challenge.risks.contains { $0.code == risk.code })
        risk.text = try fields.text("text")
        risk.likelihood = try fields.int("likelihood", 1...5)
        risk.impact = try fields.int("impact", 1...5)
        risk.owner = try person(&fields, "owner") ?? ""
        risk.raisedOn = try fields.date("raised_on")
        risk.raisedBy = try person(&fields, "raised_by") ?? ""
        risk.state = try fields.optionalWord("state") ?? .open
        risk.movedOn = try fields.optionalDate("moved_on")
        risk.note = try fields.optionalText("note")
        if fields.has("blocker") { risk.blocker = try local(&fields, "blocker") }
        try fields.finish()
        challenge.risks.append(risk)
    }

    mutating func readDeclaration(_ item: Item) throws(CohortFault) {
        var fields = try CohortFields(item.value, path: item.path)
        var declared = Declaration()
        declared.colour = try fields.word("colour")
        declared.why = try fields.text("why")
        declared.confidence = try fields.optionalInt("confidence", 1...5)
        declared.by = try person(&fields, "by") ?? ""
        declared.role = try fields.word("role")
        declared.on = try fields.date("on")
        declared.until = try fields.date("until")
        try fields.finish()
        challenge.declarations.append(declared)
    }

    func readPromises(_ fields: inout CohortFields) throws(CohortFault) -> [BlockerPromise] {
        var promises: [BlockerPromise] = []
        for var fields in try fields.items("promises") {
            var promise = BlockerPromise()
            promise.by = try person(&fields, "by") ?? ""
            promise.on = try fields.date("on")
            promise.until = try fields.date("until")
            promise.words = try fields.optionalText("words") ?? ""
            try fields.finish()
            promises.append(promise)
        }
        guard promises.count <= 5 else { throw fields.fault("promises", "five at most are kept") }
        return promises
    }

    static func readForm(_ fields: inout CohortFields) throws(CohortFault) -> [ReviewAnswer] {
        var form: [ReviewAnswer] = []
        for var fields in try fields.items("form") {
            form.append(ReviewAnswer(try fields.code("question"), try fields.text("text")))
            try fields.finish()
        }
        return form
    }
}

extension ChallengeWriter {
    /// Lists that a plain file does not have are left out where they are empty.
    func writeWeeks(_ out: inout JSONMaker) {
        if !challenge.actions.isEmpty {
            out.add("actions", list: challenge.actions) { action, out in
                out.add("id", full(action.code))
                out.add("text", action.text)
                out.add("owner", ifThere: action.owner.isEmpty ? nil : action.owner)
                out.add("due", action.due.description)
                out.add("milestone", ifThere: action.milestone.map(full))
                out.add("created_on", action.createdOn.description)
                out.add("created_by", ifThere: action.createdBy.isEmpty ? nil : action.createdBy)
                if action.state != .open { out.add("state", action.state.rawValue) }
                out.add("moved_on", ifThere: action.movedOn)
                out.add("moved_by", ifThere: action.movedBy)
                out.add("note", ifThere: action.note)
            }
        }
        if !challenge.risks.isEmpty {
            out.add("risks", list: challenge.risks) { risk, out in
                out.add("id", full(risk.code))
                out.add("text", risk.text)
                out.add("likelihood", risk.likelihood)
                out.add("impact", risk.impact)
                out.add("owner", ifThere: risk.owner.isEmpty ? nil : risk.owner)
                out.add("raised_on", risk.raisedOn.description)
                out.add("raised_by", ifThere: risk.raisedBy.isEmpty ? nil : risk.raisedBy)
                if risk.state != .open { out.add("state", risk.state.rawValue) }
                out.add("moved_on", ifThere: risk.movedOn)
                out.add("note", ifThere: risk.note)
                out.add("blocker", ifThere: risk.blocker.map(full))
            }
        }
        guard !challenge.declarations.isEmpty else { return }
        out.add("declared_colours", list: challenge.declarations) { declared, out in
            out.add("colour", declared.colour.rawValue)
            out.add("why", declared.why)
            out.add("confidence", ifThere: declared.confidence)
            out.add("by", ifThere: declared.by.isEmpty ? nil : declared.by)
            out.add("role", declared.role.rawValue)
            out.add("on", declared.on.description)
            out.add("until", declared.until.description)
        }
    }

    func writePromises(_ blocker: Blocker, _ out: inout JSONMaker) {
        guard !blocker.promises.isEmpty else { return }
        out.add("promises", list: blocker.promises) { promise, out in
            out.add("by", ifThere: promise.by.isEmpty ? nil : promise.by)
            out.add("on", promise.on.description)
            out.add("until", promise.until.description)
            out.add("words", promise.words)
        }
    }

    func writeForm(_ review: Review, _ out: inout JSONMaker) {
        guard !review.form.isEmpty else { return }
        out.add("form", list: review.form) { answer, out in
            out.add("question", answer.question)
            out.add("text", answer.text)
        }
    }
}

extension CohortFile {
    /// Each action and risk when it was made, and again when it ended; each declared colour on its day.
    func recordWeeks(_ challenge: Challenge, _ recorder: inout Recorder) {
        let code = challenge.code
        for action in challenge.actions {
            var open = action
            open.state = .open
            open.movedOn = nil
            open.movedBy = nil
            open.note = nil
            recorder.on(action.createdOn, by: action.createdBy, .actionSet(OfChallenge(code, open)))
            guard action != open else { continue }
            recorder.on(
                action.movedOn ?? action.createdOn, by: action.movedBy,
                .actionSet(OfChallenge(code, action)))
        }
        for risk in challenge.risks {
            var open = risk
            open.state = .open
            open.movedOn = nil
            open.note = nil
            open.blocker = nil
            recorder.on(risk.raisedOn, by: risk.raisedBy, .riskSet(OfChallenge(code, open)))
            guard risk != open else { continue }
            recorder.on(
                risk.movedOn ?? risk.raisedOn, by: risk.owner, .riskSet(OfChallenge(code, risk)))
        }
        for declared in challenge.declarations {
            recorder.on(declared.on, by: declared.by, .colourDeclared(OfChallenge(code, declared)))
        }
    }

    /// Each promise on its day, on the blocker as it was then.
    func recordPromises(_ blocker: Blocker, _ code: String, _ recorder: inout Recorder) {
        var then = blocker
        then.resolvedOn = nil
        then.resolution = nil
        for count in blocker.promises.indices {
            let promise = blocker.promises[count]
            then.promises = Array(blocker.promises[...count])
            let isEscalated = blocker.escalatedOn.map { $0 < promise.on } ?? false
            then.state = isEscalated ? .escalated : .open
            then.level = isEscalated ? max(blocker.level, 1) : 0
            then.escalatedOn = isEscalated ? blocker.escalatedOn : nil
            recorder.on(promise.on, by: promise.by, .blockerSet(OfChallenge(code, then)))
        }
    }

    static func readStocktakes(_ fields: inout CohortFields) throws(CohortFault) -> [Stocktake] {
        var held: [Stocktake] = []
        for var fields in try fields.items("stocktakes") {
            var one = Stocktake()
            one.date = try fields.date("date")
            one.by = try fields.optionalCode("by") ?? ""
            one.attended = try fields.optionalInt("attended", 0...100_000)
            one.note = try fields.optionalText("note")
            one.decisions = try fields.texts("decisions")
            try fields.finish()
            held.append(one)
        }
        return held
    }

    func writeStocktakes(_ out: inout JSONMaker) {
        guard !cohort.stocktakes.isEmpty else { return }
        out.add("stocktakes", list: cohort.stocktakes) { one, out in
            out.add("date", one.date.description)
            out.add("by", ifThere: one.by.isEmpty ? nil : one.by)
            out.add("attended", ifThere: one.attended)
            out.add("note", ifThere: one.note)
            out.add("decisions", one.decisions)
        }
    }

    func recordStocktakes(_ recorder: inout Recorder) {
        for one in cohort.stocktakes {
            recorder.on(one.date, by: one.by, .stocktakeHeld(StocktakeHeld(cohort.code, one)))
        }
    }
}
