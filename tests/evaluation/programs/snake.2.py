import random
import sys

import pygame

pygame.init()
screen = pygame.display.set_mode((400, 400))
pygame.display.set_caption("Snake")
clock = pygame.time.Clock()
font = pygame.font.SysFont("arial", 24)
MOVE = pygame.USEREVENT + 1


class Game:
    def __init__(self):
        self.state = "menu"
        self.reset()

    def reset(self):
        self.body = [(5, 10), (4, 10)]
        self.dir = (1, 0)
        self.food = (random.randint(0, 19), random.randint(0, 19))

    def step(self):
        x, y = self.body[0]
        head = ((x + self.dir[0]) % 20, (y + self.dir[1]) % 20)
        if head in self.body:
            self.state = "over"
            return
        self.body.insert(0, head)
        if head == self.food:
            self.food = (random.randint(0, 19), random.randint(0, 19))
        else:
            self.body.pop()

    def draw(self):
        screen.fill("black")
        if self.state == "menu":
            screen.blit(font.render("Press SPACE to start", True, "white"), (80, 180))
        for x, y in self.body:
            pygame.draw.rect(screen, "green", (x * 20, y * 20, 19, 19))
        pygame.draw.circle(screen, "red", (self.food[0] * 20 + 10, self.food[1] * 20 + 10), 9)
        pygame.display.update()


game = Game()
pygame.time.set_timer(MOVE, 150)
keys = {pygame.K_w: (0, -1), pygame.K_s: (0, 1), pygame.K_a: (-1, 0), pygame.K_d: (1, 0)}
while True:
    for event in pygame.event.get():
        if event.type == pygame.QUIT:
            pygame.quit()
            sys.exit()
        if event.type == pygame.KEYDOWN:
            if event.key == pygame.K_SPACE:
                game.reset()
                game.state = "play"
            elif event.key in keys and game.state == "play":
                game.dir = keys[event.key]
        if event.type == MOVE and game.state == "play":
            game.step()
    game.draw()
    clock.tick(60)
