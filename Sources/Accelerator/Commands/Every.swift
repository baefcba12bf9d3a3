/// Every command of the bot. A new one is added to the list of its group.
enum Every {
    static var commands: [any Command.Type] {
        CoreCommands.all + DailyCommands.all + WeeksCommands.all + GateCommands.all
            + PeopleCommands.all
            + KeepingCommands.all + BoardCommands.all
    }
}
