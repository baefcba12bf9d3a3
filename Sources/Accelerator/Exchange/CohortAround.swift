import JSON
import Language

// Plans of reviews, suggestions, training and exchange in a cohort's file: written only where there are some.

extension ChallengeReader {
    mutating func readAround(_ fields: inout CohortFields) throws(CohortFault) {
        for var fields in try fields.items("review_plans") {
            var plan = ReviewPlan()
            plan.kind = try fields.word("type")
            plan.date = try fields.optionalDate("date")
            plan.movedFrom = try fields.optionalDate("moved_from")
            plan.isCancelled = try fields.optionalBool("cancelled") ?? false
            plan.reason = try fields.optionalText("reason")
            plan.by = try person(&fields, "by") ?? ""
            plan.on = try fields.date("on")
            try fields.finish()
            challenge.reviewPlans.append(plan)
        }
        for var fields in try fields.items("suggestions") {
            var suggestion = Suggestion()
            suggestion.code = try local(&fields)
            try fields.refuse(
                twice: suggestion.code,
                if: challenge.suggestions.contains { $0.code == suggestion.code })
            suggestion.text = try fields.text("text")
            suggestion.by = try person(&fields, "by") ?? ""
            suggestion.on = try fields.date("on")
            suggestion.state = try fields.optionalWord("state") ?? .open
            suggestion.movedOn = try fields.optionalDate("moved_on")
            suggestion.movedBy = try person(&fields, "moved_by")
            if fields.has("action") { suggestion.action = try local(&fields, "action") }
            try fields.finish()
            challenge.suggestions.append(suggestion)
        }
    }
}

extension ChallengeWriter {
    func writeAround(_ out: inout JSONMaker) {
        if !challenge.reviewPlans.isEmpty {
            out.add("review_plans", list: challenge.reviewPlans) { plan, out in
                out.add("type", plan.kind.rawValue)
                out.add("date", ifThere: plan.date)
                out.add("moved_from", ifThere: plan.movedFrom)
                if plan.isCancelled { out.add("cancelled", true) }
                out.add("reason", ifThere: plan.reason)
                if !plan.by.isEmpty { out.add("by", plan.by) }
                out.add("on", plan.on.description)
            }
        }
        if !challenge.suggestions.isEmpty {
            out.add("suggestions", list: challenge.suggestions) { suggestion, out in
                out.add("id", "\(challenge.code)-\(suggestion.code)")
                out.add("text", suggestion.text)
                if !suggestion.by.isEmpty { out.add("by", suggestion.by) }
                out.add("on", suggestion.on.description)
                out.add("state", suggestion.state.rawValue)
                out.add("moved_on", ifThere: suggestion.movedOn)
                out.add("moved_by", ifThere: suggestion.movedBy)
                out.add("action", ifThere: suggestion.action.map { "\(challenge.code)-\($0)" })
            }
        }
    }
}

extension CohortFile {
    mutating func readCapacity(_ file: inout CohortFields) throws(CohortFault) {
        for var fields in try file.items("trainings") {
            var training = Training()
            training.code = try fields.code("id")
            training.title = try fields.text("title")
            training.on = try fields.date("on")
            training.area = try fields.optionalCode("area")
            training.isPlanned = try fields.optionalBool("planned") ?? false
            training.people = try fields.int(
                "people", (training.isPlanned ? 0 : 1)...TrainingCommand.mostPeople)
            training.hours = try fields.number("hours")
            training.by = try fields.optionalCode("by") ?? ""
            if fields.has("time") { training.time = try fields.time("time") }
            training.trainer = try fields.optionalCode("trainer")
            training.enrolled = try fields.texts("enrolled")
            training.absent = try fields.texts("absent")
            training.materials = try fields.optionalText("materials")
            try fields.finish()
            guard training.hours > 0, training.hours <= TrainingCommand.mostHours else {
                throw fields.fault(
                    "hours", "more than 0 and at most \(TrainingCommand.mostHours) are expected")
            }
            try fields.refuse(
                twice: training.code, if: programme.trainings.contains { $0.code == training.code })
            programme.trainings.append(training)
        }
        for var fields in try file.items("exchanges") {
            var exchange = Exchange()
            exchange.code = try fields.code("id")
            exchange.title = try fields.text("title")
            exchange.on = try fields.date("on")
            exchange.area = try fields.optionalCode("area")
            exchange.by = try fields.optionalCode("by") ?? ""
            for var fields in try fields.items("promises") {
                var promise = ExchangePromise()
                promise.text = try fields.text("text")
                promise.until = try fields.date("until")
                promise.keptOn = try fields.optionalDate("kept_on")
                try fields.finish()
                exchange.promises.append(promise)
            }
            try fields.finish()
            try fields.refuse(
                twice: exchange.code, if: programme.exchanges.contains { $0.code == exchange.code })
            programme.exchanges.append(exchange)
        }
    }

    mutating func readContacts(_ file: inout CohortFields) throws(CohortFault) {
        for var fields in try file.items("contacts") {
            var contact = BodyContact()
            contact.code = try fields.code("id")
            contact.body = try fields.text("body")
            contact.person = try fields.code("person")
            try fields.finish()
            try fields.refuse(
                twice: contact.code, if: programme.contacts.contains { $0.code == contact.code })
            programme.contacts.append(contact)
        }
    }

    func writeContacts(_ file: inout JSONMaker) {
        guard !programme.contacts.isEmpty else { return }
        file.add("contacts", list: programme.contacts) { contact, out in
            out.add("id", contact.code)
            out.add("body", contact.body)
            out.add("person", contact.person)
        }
    }

    func writeCapacity(_ file: inout JSONMaker) {
        if !programme.trainings.isEmpty {
            file.add("trainings", list: programme.trainings) { training, out in
                out.add("id", training.code)
                out.add("title", training.title)
                out.add("on", training.on.description)
                out.add("area", ifThere: training.area)
                out.add("people", training.people)
                out.add("hours", training.hours)
                if !training.by.isEmpty { out.add("by", training.by) }
                if training.isPlanned { out.add("planned", true) }
                if let time = training.time { out.add("time", time.description) }
                out.add("trainer", ifThere: training.trainer)
                if !training.enrolled.isEmpty { out.add("enrolled", training.enrolled) }
                if !training.absent.isEmpty { out.add("absent", training.absent) }
                out.add("materials", ifThere: training.materials)
            }
        }
        if !programme.exchanges.isEmpty {
            file.add("exchanges", list: programme.exchanges) { exchange, out in
                out.add("id", exchange.code)
                out.add("title", exchange.title)
                out.add("on", exchange.on.description)
                out.add("area", ifThere: exchange.area)
                if !exchange.by.isEmpty { out.add("by", exchange.by) }
                if !exchange.promises.isEmpty {
                    out.add("promises", list: exchange.promises) { promise, out in
                        out.add("text", promise.text)
                        out.add("until", promise.until.description)
                        out.add("kept_on", ifThere: promise.keptOn)
                    }
                }
            }
        }
    }
}
