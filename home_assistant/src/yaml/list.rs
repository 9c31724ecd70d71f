//! Lists: what is kept of their elements.

use std::rc::Rc;

use super::budget::{Budget, ELEMENT};
use super::error::Cause;
use super::items::Items;
use super::node::Node;
use super::role::Role;

/// The elements of a list, as far as they matter where it stands.
pub(super) struct List {
    /// What each of them is.
    pub(super) role: Role,
    pub(super) items: Items,
    elements: Vec<Rc<Node>>,
}

impl List {
    /// With no element yet, in this place.
    pub(super) fn new(role: Role) -> Self {
        List { role: role.element(), items: Items::default(), elements: Vec::new() }
    }

    /// Adds an element.
    pub(super) fn add(&mut self, budget: &mut Budget, element: Rc<Node>) -> Result<(), Cause> {
        match self.role {
            Role::Nothing => Ok(()),
            Role::Item => {
                budget.step(element.entries())?;
                self.items.add(budget, &element)
            }
            _ => {
                budget.spend(ELEMENT)?;
                self.elements.push(element);
                Ok(())
            }
        }
    }

    /// What is kept of them.
    pub(super) fn done(self) -> Node {
        match self.role {
            Role::Item => Node::Items(self.items),
            _ => Node::List(self.elements),
        }
    }
}
